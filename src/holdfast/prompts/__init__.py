"""Prompts as versioned files: `<folder>/<name>/v3.md`, unchangeable once accepted."""

from holdfast.prompts.folder import PromptFolder, State
from holdfast.prompts.prompt import Prompt, Turn
from holdfast.prompts.sections import Role

__all__ = ["Prompt", "PromptFolder", "Role", "State", "Turn"]
