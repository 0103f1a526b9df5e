"""What the threads of a warp do together. In the simulator, which has no warps, each is of one."""

from __future__ import annotations

from numba import config, cuda, int32, int64

if config.ENABLE_CUDASIM:
    LANES = 1

    def warp_sum(value):
        return value

    def warp_min(value):
        return value

    def warp_max(value):
        return value

    def place_among(flag):
        """How many threads before this one say yes, and how many do in all."""
        return 0, int(flag)

    def warp_sync():
        """Wait for the warp."""

else:
    LANES, ALL = 32, 0xFFFFFFFF

    @cuda.jit(device=True)
    def warp_sum(value):
        for step in (16, 8, 4, 2, 1):
            value = int32(value + cuda.shfl_xor_sync(ALL, value, step))
        return value

    @cuda.jit(device=True)
    def warp_min(value):
        for step in (16, 8, 4, 2, 1):
            value = min(value, cuda.shfl_xor_sync(ALL, value, step))
        return value

    @cuda.jit(device=True)
    def warp_max(value):
        for step in (16, 8, 4, 2, 1):
            value = max(value, cuda.shfl_xor_sync(ALL, value, step))
        return value

    @cuda.jit(device=True)
    def place_among(flag):
        """How many threads before this one say yes, and how many do in all."""
        said = cuda.ballot_sync(ALL, flag)
        before = (int32(1) << int32(cuda.laneid)) - int32(1)
        return int64(cuda.popc(said & before)), int64(cuda.popc(said))

    @cuda.jit(device=True)
    def warp_sync():
        """Wait for the warp."""
        cuda.syncwarp(ALL)
