"""Clauses typed by number, as the reports ask for them."""

from policy.exception_fields import NumbersField


def numbers_field(label: str = "関係する条項（分かれば）") -> NumbersField:
    """A box for clause numbers; whoever does not know them leaves it empty."""
    return NumbersField(
        label=label, required=False, max_length=300, help_text="分からないときは空欄のままで構いません。例　3-5(2)キ(イ)、3-9(1)"
    )
