"""Static files of production: hashed names, also inside ES modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(
    CompressedManifestStaticFilesStorage  # type: ignore[misc]  # untyped base
):
    """Rewrites `import … from "./x.js"` to the hashed name of x.js."""

    support_js_module_import_aggregation = True
