# SPDX-License-Identifier: GPL-2.0-only
"""What `make prove` proves, and the faults that it must not overlook.

Each module that is not machinery is a table of PROOFS and MUTANTS.
"""

import importlib
import pkgutil

_MACHINERY = ("cbmc", "proof", "tree")
_TABLES = [importlib.import_module(f".{module.name}", __name__)
           for module in pkgutil.iter_modules(__path__)
           if module.name not in _MACHINERY]
PROOFS = [proof for table in _TABLES for proof in table.PROOFS]
MUTANTS = [mutant for table in _TABLES for mutant in table.MUTANTS]
