"""Whether the long random runs are asked for: `make test-long` sets TENURE_LONG. Without it each of them is a short one."""

import os

IS_LONG = bool(os.environ.get("TENURE_LONG"))
