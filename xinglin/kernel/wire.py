"""What goes out over the wire."""

from pydantic import BaseModel, ConfigDict


class Out(BaseModel):
    """An answer, made of a dict or of any object with these attributes.

    ninja's `Schema` reads each object through a getter in Python, which costs more than the rest of
    the answer; this is read by pydantic's own core. What comes in stays with `Schema`.
    """

    model_config = ConfigDict(from_attributes=True)
