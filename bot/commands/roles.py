"""What each picture that goes in is for, as plain words to the model; pure."""

from bot.types import ImageRequest, SourceRole

_WORDS = {
    SourceRole.SUBJECT: "shows the subject",
    SourceRole.STYLE: "gives the style",
    SourceRole.BACKGROUND: "gives the background",
    SourceRole.PRODUCT: "shows the product",
    SourceRole.PERSON: "shows the person",
}


def instruction(prompt: str, request: ImageRequest) -> str:
    """The prompt as the model gets it: the person's words, after those about pictures with a role."""
    said = [
        f"Image {number} {_WORDS[source.role]}."
        for number, source in enumerate(request.sources, start=1)
        if source.role
    ]
    return " ".join([*said, prompt])
