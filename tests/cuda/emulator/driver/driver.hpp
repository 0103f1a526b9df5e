#pragma once

#include <mutex>
#include <string>

#include "driver/cuda.hpp"

namespace emulator {

/// Held by each call: the emulator does one thing at a time.
class Lock {
  public:
    Lock() : held_(mutex()) {}

  private:
    static std::recursive_mutex& mutex();
    const std::lock_guard<std::recursive_mutex> held_;
};

/// Says on stderr why a call is refused, since its result is only a number.
CUresult refuse(CUresult result, const std::string& why);

/// The one context of the one device.
CUcontext context();

}  // namespace emulator
