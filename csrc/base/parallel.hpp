#pragma once

#include <cstddef>
#include <functional>

namespace imgmine {

/// Calls `body(first, last)` on disjoint ranges that together cover [0, n).
///
/// A range holds at least `grain` items; fewer than two ranges run on the calling thread, and so
/// does a call made from inside another one's body. Where the system refuses a thread, the ranges it
/// would have taken run here. The first exception thrown by `body` is rethrown after every range
/// has finished.
///
/// Results must not depend on how [0, n) is cut: the cuts follow the number of threads.
void parallel_for(std::ptrdiff_t n, std::ptrdiff_t grain,
                  const std::function<void(std::ptrdiff_t, std::ptrdiff_t)>& body);

/// Most threads one call may use. 0 restores the default: IMGMINE_NUM_THREADS where that is set,
/// else the number of CPUs this process may run on.
void set_num_threads(int n);
int num_threads();

/// Throws std::invalid_argument where IMGMINE_NUM_THREADS is set to anything but a number of
/// threads.
void check_environment();

/// The same for calls made from the current thread only; 0 lifts it. A program that already
/// works on many images at once gives each of its threads a limit of 1.
void set_local_num_threads(int n);
int local_num_threads();

}  // namespace imgmine
