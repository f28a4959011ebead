"""Shapes of answers, named by their place in settings."""

from pydantic import BaseModel


class Order(BaseModel):
    """An order of the test."""

    litres: int
