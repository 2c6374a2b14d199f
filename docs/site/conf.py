"""How Sphinx builds the site; scripts/site calls it."""

import pathlib

import linclass

project = "liblinclass"
author = "the liblinclass authors"
copyright = "2026, the liblinclass authors"
release = version = linclass.version()

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 4
# Formulas are shown as they are written, without a script from elsewhere; words of types such as C are names
# of attributes too.
suppress_warnings = ["misc.highlighting_failure", "ref.python"]

html_theme = "furo"
html_title = f"liblinclass {release}"
html_static_path = [str(pathlib.Path(__file__).parent / "static")]
html_css_files = ["site.css"]
html_copy_source = False

autodoc_default_options = {
    "members": True,
    "undoc-members": False,
    "exclude-members": "set_fit_request, set_partial_fit_request, set_score_request",  # scikit-learn's
}
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
c_id_attributes = ["LINCLASS_API"]
