"""How holdfast-nano is made: the text it learns from, its tokenizer, its training, its measures.

chance names attributes roles       what texts are put together from
extraction tool_use passages ...    one file for each skill; each makes lessons
mixture                             lessons of all skills, without end
tokenizer trainer                   text -> tokens -> weights
held_out                            datasets/nano, from the entities and patterns set aside
"""
