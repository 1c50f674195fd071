"""The shape of input of the feed."""

from django import forms

from musashimurayama_isms.accounts.models import CalendarToken


class FeedForm(forms.Form):
    """How far the feed goes; the whole city is never in it."""

    scope = forms.ChoiceField(label="配信する予定", choices=CalendarToken.Scope, initial=CalendarToken.Scope.MINE, widget=forms.RadioSelect)
