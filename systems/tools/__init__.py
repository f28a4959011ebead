"""An assistant that calls tools: weather, stock quotes and the handbook, over real HTTP."""
