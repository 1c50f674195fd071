"""Shape of input of the 棚卸."""

from django import forms

from musashimurayama_isms.fields import JapaneseDateField


class StockTakeForm(forms.Form):
    """Until when the sections are to be through."""

    due_on = JapaneseDateField(label="期限", help_text="この日までに、各課の情報セキュリティ担当者が棚卸を終えます。")
