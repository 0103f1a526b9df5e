#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace imgmine {

/// Things that are lent to threads and come back, so that calls make new ones at first only.
template <class T>
class Pool {
  public:
    class Lease {
      public:
        explicit Lease(Pool& pool) : pool_(pool), thing_(pool.take()) {}
        ~Lease() { pool_.give_back(std::move(thing_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        T& operator*() const { return *thing_; }

      private:
        Pool& pool_;
        std::unique_ptr<T> thing_;
    };

  private:
    std::unique_ptr<T> take() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) {
            free_.reserve(++n_);  // so that giving back cannot fail
            return std::make_unique<T>();
        }
        auto thing = std::move(free_.back());
        free_.pop_back();
        return thing;
    }

    void give_back(std::unique_ptr<T> thing) noexcept {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(thing));
    }

    std::mutex mutex_;
    std::size_t n_ = 0;
    std::vector<std::unique_ptr<T>> free_;
};

}  // namespace imgmine
