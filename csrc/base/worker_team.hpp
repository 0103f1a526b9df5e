#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace imgmine {

struct Worker;

/// Threads that call `task(1)`, `task(2)`, ... up to `task(n)` while the caller does something else;
/// the destructor waits for them. The task must not throw.
///
/// They come from those that earlier teams have left behind: after its work a thread looks for more
/// for some microseconds, then sleeps until it is called. What sleeps ends before a fork, so that
/// nothing is lost in the child, and takes no signals.
class WorkerTeam {
  public:
    using Task = std::function<void(std::ptrdiff_t)>;

    WorkerTeam(std::ptrdiff_t n, const Task& task);
    ~WorkerTeam();
    WorkerTeam(const WorkerTeam&) = delete;
    WorkerTeam& operator=(const WorkerTeam&) = delete;

    /// How many there are: fewer than n where the system refused more.
    std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(workers_.size()); }

  private:
    std::vector<Worker*> workers_;
};

}  // namespace imgmine
