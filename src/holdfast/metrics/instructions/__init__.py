"""Verifiable instructions: the 25 types of IFEval, strict and loose.

    metric     InstructionFollowing
    parts      Instruction, followed, read_instructions
    figures    instruction_accuracy
    types      INSTRUCTIONS

Zhou et al. 2023, Instruction-Following Evaluation for Large Language Models, arXiv 2311.07911.
"""

from holdfast.metrics.instructions.accuracy import instruction_accuracy
from holdfast.metrics.instructions.following import (
    INSTRUCTIONS,
    InstructionFollowing,
    followed,
)
from holdfast.metrics.instructions.instruction import Instruction, read_instructions

__all__ = [
    "INSTRUCTIONS",
    "Instruction",
    "InstructionFollowing",
    "followed",
    "instruction_accuracy",
    "read_instructions",
]
