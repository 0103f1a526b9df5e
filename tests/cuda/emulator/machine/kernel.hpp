#pragma once
// All that a translated kernel is made of.

#include "machine/atomics.hpp"
#include "machine/convert.hpp"
#include "machine/cost.hpp"
#include "machine/floats.hpp"
#include "machine/integers.hpp"
#include "machine/mma.hpp"
#include "machine/registers.hpp"
#include "machine/thread.hpp"
#include "machine/warp.hpp"
