from . import classify as classify
from . import cluster as cluster
from . import color as color
from . import compress as compress
from . import container as container
from . import enhance as enhance
from . import features as features
from . import filters as filters
from . import generate as generate
from . import geometry as geometry
from . import metrics as metrics
from . import nn as nn
from . import search as search
from . import segment as segment
from . import similarity as similarity
from . import tables as tables

version: str
build: str

class FormatError(ValueError): ...

def cpu_level() -> str: ...
def cpu_levels() -> list[str]: ...
def set_cpu_level(name: str, /) -> None: ...
def num_threads() -> int: ...
def set_num_threads(n: int, /) -> None: ...
def local_num_threads() -> int: ...
def set_local_num_threads(n: int, /) -> None: ...
