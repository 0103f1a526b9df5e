#include "base/worker_team.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <signal.h>
#define IMGMINE_POSIX_THREADS
#endif

namespace imgmine {
namespace {

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Returns when the value is another. What comes soon is seen at once: to be woken takes some 50
/// microseconds, as long as it takes to start a thread.
void wait_while(const std::atomic<int>& value, int old) {
    using Clock = std::chrono::steady_clock;
    constexpr auto patience = std::chrono::microseconds(50);
    const auto until = Clock::now() + patience;
    do {
        for (int i = 0; i < 16; ++i) {
            if (value.load(std::memory_order_acquire) != old) return;
            relax();
        }
    } while (Clock::now() < until);
    value.wait(old, std::memory_order_acquire);
}

}  // namespace

struct Worker {
    enum State { idle, busy, ended };

    std::atomic<int> state{idle};
    const WorkerTeam::Task* task = nullptr;
    std::ptrdiff_t share = 0;
    std::thread thread;

    void work() {
        for (;;) {
            wait_while(state, idle);
            if (state.load(std::memory_order_relaxed) == ended) return;
            (*task)(share);
            become(idle);
        }
    }

    void become(State next) {
        state.store(next, std::memory_order_release);
        state.notify_one();
    }
};

namespace {

/// The idle workers of the process.
class Pool {
  public:
    /// Never destroyed: threads may still be asleep when the process ends.
    static Pool& get() {
        static Pool* const pool = [] {
#if defined(IMGMINE_POSIX_THREADS)
            pthread_atfork([] { get().begin_fork(); }, [] { get().end_fork(); },
                           [] { get().end_fork(); });
#endif
            return new Pool;
        }();
        return *pool;
    }

    /// Moves up to n workers to the end of `team`.
    void take(std::ptrdiff_t n, std::vector<Worker*>& team) {
        {
            const std::lock_guard lock(mutex_);
            for (; n > 0 && !idle_.empty(); --n) {
                team.push_back(idle_.back());
                idle_.pop_back();
            }
        }
        if (n > 0) start(n, team);
    }

    /// Takes no memory: a destructor calls it.
    void give_back(const std::vector<Worker*>& team) noexcept {
        const std::lock_guard lock(mutex_);
        idle_.insert(idle_.end(), team.rbegin(), team.rend());
    }

  private:
    /// Whoever started more workers than fit among the idle could not give them back.
    void count_another() {
        const std::lock_guard lock(mutex_);
        idle_.reserve(n_workers_ + 1);
        ++n_workers_;
    }
    void count_one_less() {
        const std::lock_guard lock(mutex_);
        --n_workers_;
    }

    void start(std::ptrdiff_t n, std::vector<Worker*>& team) {
#if defined(IMGMINE_POSIX_THREADS)
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
#endif
        try {
            for (; n > 0; --n) {
                auto worker = std::make_unique<Worker>();
                count_another();
                try {
                    worker->thread = std::thread(&Worker::work, worker.get());
                } catch (...) {
                    count_one_less();
                    throw;
                }
                team.push_back(worker.release());
            }
        } catch (const std::system_error&) {  // no thread to be had
        } catch (const std::bad_alloc&) {     // or no memory
        }
#if defined(IMGMINE_POSIX_THREADS)
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
#endif
    }

    void begin_fork() {
        mutex_.lock();
        for (Worker* worker : idle_) worker->become(Worker::ended);
        for (Worker* worker : idle_) {
            worker->thread.join();
            delete worker;
        }
        n_workers_ -= idle_.size();
        idle_.clear();
    }
    void end_fork() { mutex_.unlock(); }

    std::mutex mutex_;
    std::vector<Worker*> idle_;
    std::size_t n_workers_ = 0;  ///< at least as many as there are; room for so many is in idle_
};

}  // namespace

WorkerTeam::WorkerTeam(std::ptrdiff_t n, const Task& task) {
    workers_.reserve(static_cast<std::size_t>(n));
    Pool::get().take(n, workers_);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        workers_[i]->task = &task;
        workers_[i]->share = static_cast<std::ptrdiff_t>(i) + 1;
        workers_[i]->become(Worker::busy);
    }
}

WorkerTeam::~WorkerTeam() {
    for (const Worker* worker : workers_) wait_while(worker->state, Worker::busy);
    Pool::get().give_back(workers_);
}

}  // namespace imgmine
