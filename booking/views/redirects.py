from django.http import HttpResponseRedirect


def see_other(url: str) -> HttpResponseRedirect:
    """303: the answer to this POST is that page, and asking again sends nothing."""
    return HttpResponseRedirect(url, status=303)
