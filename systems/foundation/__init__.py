"""Foundation: how a language model goes on with a text, written out by hand and by the library."""
