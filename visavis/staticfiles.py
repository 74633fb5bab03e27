"""Static files of production: hashed names, also inside ES modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

UNUSED = "django_htmx/ext/"
"""Extensions that we never load; one imports a bare `htmx`, which no file is."""


class ModuleManifestStorage(
    CompressedManifestStaticFilesStorage  # type: ignore[misc]  # untyped base
):
    """Rewrites `import … from "./x.js"` to the hashed name of x.js."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        kept = {name: file for name, file in paths.items() if UNUSED not in name}
        yield from super().post_process(kept, *args, **kwargs)
