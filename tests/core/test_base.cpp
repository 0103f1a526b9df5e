// Borders, threads, numbers: what everything else stands on.
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/border.hpp"
#include "base/crc32.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "check.hpp"

using namespace imgmine;

namespace {

void test_borders() {
    const struct {
        Border border;
        const char* seen;
    } cases[] = {
        {Border::reflect101, "abcdcbabcdcbabcd"},  // indices -6..9
        {Border::reflect, "cddcbaabcddcbaab"},    {Border::replicate, "aaaaaaabcddddddd"},
        {Border::wrap, "cdabcdabcdabcdab"},       {Border::constant, "......abcd......"},
    };
    for (const auto& c : cases)
        for (int i = -6; i < 10; ++i) {
            const auto at = border_index(c.border, i, 4);
            CHECK((at < 0 ? '.' : "abcd"[at]) == c.seen[i + 6]);
        }
    for (int b = 0; b < 4; ++b)
        for (int i = -1000; i < 1000; i += 37)
            CHECK(border_index(static_cast<Border>(b), i, 1) == 0);
    CHECK(border_from_name("wrap") == Border::wrap);
    CHECK(message_of<std::invalid_argument>([] { border_from_name("mirror"); }).find("'mirror'") !=
          std::string::npos);
}

void test_parallel_for_covers_once() {
    for (const int threads : {1, 2, 3, 8}) {
        set_num_threads(threads);
        for (const std::ptrdiff_t n : {0, 1, 2, 7, 1000}) {
            std::vector<std::atomic<int>> seen(static_cast<std::size_t>(n));
            parallel_for(n, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                for (auto i = first; i < last; ++i) ++seen[static_cast<std::size_t>(i)];
            });
            for (const auto& count : seen) CHECK(count == 1);
        }
    }
    set_num_threads(0);
}

void test_parallel_for_carries_exceptions() {
    set_num_threads(4);
    std::atomic<int> finished{0};
    CHECK(message_of<std::runtime_error>([&] {
              parallel_for(4, 1, [&](std::ptrdiff_t first, std::ptrdiff_t) {
                  if (first == 2) throw std::runtime_error("from a thread");
                  ++finished;
              });
          }) == "from a thread");
    CHECK(finished == 3);
    set_num_threads(0);
}

void test_inner_calls_stay_on_their_thread() {
    set_num_threads(4);
    std::atomic<int> ranges{0};
    parallel_for(4, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
        parallel_for(100, 1, [&](std::ptrdiff_t, std::ptrdiff_t) { ++ranges; });
    });
    CHECK(ranges == 4);
    set_local_num_threads(1);
    ranges = 0;
    parallel_for(100, 1, [&](std::ptrdiff_t, std::ptrdiff_t) { ++ranges; });
    CHECK(ranges == 1);
    set_local_num_threads(0);
    set_num_threads(0);
}

void test_forked_child_works() {
    set_num_threads(2);
    std::atomic<int> done{0};
    const auto work = [&] { parallel_for(2, 1, [&](std::ptrdiff_t, std::ptrdiff_t) { ++done; }); };
    work();
    const pid_t child = fork();
    if (child == 0) {
        work();
        _exit(done == 4 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    set_num_threads(0);
}

void test_callers_share_threads() {
    set_num_threads(3);
    std::atomic<int> wrong{0};
    std::vector<std::thread> callers;
    for (int c = 0; c < 4; ++c)
        callers.emplace_back([&wrong] {
            for (int call = 0; call < 2000; ++call) {
                std::atomic<std::ptrdiff_t> sum{0};
                parallel_for(30, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                    for (auto i = first; i < last; ++i) sum += i;
                });
                wrong += sum != 435;
            }
        });
    for (std::thread& caller : callers) caller.join();
    CHECK(wrong == 0);
    set_num_threads(0);
}

/// A fork ends the threads that sleep, and they come back when they are called.
void test_forks_between_calls() {
    set_num_threads(3);
    for (int i = 0; i < 20; ++i) {
        std::atomic<int> done{0};
        parallel_for(3, 1, [&](std::ptrdiff_t, std::ptrdiff_t) { ++done; });
        CHECK(done == 3);
        const pid_t child = fork();
        if (child == 0) {
            parallel_for(3, 1, [&](std::ptrdiff_t, std::ptrdiff_t) { ++done; });
            _exit(done == 6 ? 0 : 1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    set_num_threads(0);
}

/// Signals are for the threads of the program.
void test_threads_take_no_signals() {
    set_num_threads(2);
    const pthread_t caller = pthread_self();
    std::atomic<int> blocked{0};
    parallel_for(2, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        if (!pthread_equal(pthread_self(), caller)) blocked += sigismember(&mask, SIGINT);
    });
    CHECK(blocked == 1);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    CHECK(!sigismember(&mask, SIGINT));
    set_num_threads(0);
}

void test_thread_limits() {
    CHECK(num_threads() >= 1);
    message_of<std::invalid_argument>([] { set_num_threads(-1); });
    message_of<std::invalid_argument>([] { set_num_threads(1025); });
    set_num_threads(3);
    CHECK(num_threads() == 3);
    set_num_threads(0);
    setenv("IMGMINE_NUM_THREADS", "many", 1);
    CHECK(message_of<std::invalid_argument>([] { check_environment(); }).find("'many'") !=
          std::string::npos);
    unsetenv("IMGMINE_NUM_THREADS");
    check_environment();
}

void test_numbers() {
    CHECK(crc32(reinterpret_cast<const std::uint8_t*>("123456789"), 9) == 0xcbf43926u);
    CHECK(crc32(nullptr, 0) == 0);
    for (double x = -690; x < 690; x += 1.37)
        CHECK(std::abs(exp_same_bits(x) / std::exp(x) - 1) < 1e-13);
    for (double x = 1e-9; x < 1e6; x *= 1.7) {
        CHECK(std::abs(root_same_bits(x, 3) / std::cbrt(x) - 1) < 1e-14);
        CHECK(std::abs(root_same_bits(x, 5) / std::pow(x, 0.2) - 1) < 1e-14);
    }
    CHECK(root_same_bits(0, 3) == 0);
    for (double x = -9; x < 9; x += 0.0137)
        CHECK(std::abs(sin_pi_same_bits(x) - std::sin(3.141592653589793238L * x)) < 1e-15);
    for (int n = -5; n <= 5; ++n) CHECK(sin_pi_same_bits(n) == 0);

    Random random(1);
    CHECK(random.next() == 0x910a2dec89025cc1u);  // published first value of SplitMix64, seed 1
    std::vector<int> order(100), seen(100);
    for (int i = 0; i < 100; ++i) order[static_cast<std::size_t>(i)] = i;
    random.shuffle(order.data(), 100);
    int moved = 0;
    for (int i = 0; i < 100; ++i) {
        ++seen[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
        moved += order[static_cast<std::size_t>(i)] != i;
    }
    for (const int count : seen) CHECK(count == 1);
    CHECK(moved > 80);
}

}  // namespace

int main() {
    test_borders();
    test_parallel_for_covers_once();
    test_parallel_for_carries_exceptions();
    test_inner_calls_stay_on_their_thread();
    test_forked_child_works();
    test_callers_share_threads();
    test_forks_between_calls();
    test_threads_take_no_signals();
    test_thread_limits();
    test_numbers();
}
