"""Python imports a module of this name at its start: so the tests guard every Python that they start."""

import hrd_outward  # noqa: F401  (importing it is all there is to do)
