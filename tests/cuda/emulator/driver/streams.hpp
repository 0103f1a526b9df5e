#pragma once
// Streams, whose work is done when somebody waits for it, or at once.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "driver/cuda.hpp"

namespace emulator {

struct Stream;

/// Everything up to the `number`-th piece of work of a stream.
struct Point {
    std::shared_ptr<Stream> stream;
    std::uint64_t number = 0;
};

using Work = std::function<void()>;

struct Stream {
    struct Item {
        Work work;
        std::vector<Point> after;
    };

    bool is_blocking = true;  ///< in order with the default stream
    bool is_destroyed = false;
    std::deque<Item> items;
    std::uint64_t n_done = 0;
    std::vector<Point> awaited;  ///< by whatever is queued next

    std::uint64_t n_queued() const { return n_done + items.size(); }
};

class Streams {
  public:
    /// Whether work waits until somebody waits for it: the latest that a GPU might begin it.
    void set_lazy(bool is_lazy) { is_lazy_ = is_lazy; }

    CUstream create(bool is_blocking);
    bool destroy(CUstream handle);
    /// Null if there is no such stream. 0, 1 and 2 are names of the default stream.
    std::shared_ptr<Stream> find(CUstream handle);

    bool enqueue(CUstream handle, Work work);
    void wait_for(const Point& point);
    bool wait_for(CUstream handle);
    void wait_for_all();

  private:
    std::vector<Point> awaited_by(const std::shared_ptr<Stream>& stream);

    std::shared_ptr<Stream> default_ = std::make_shared<Stream>();
    std::map<CUstream, std::shared_ptr<Stream>> others_;
    bool is_lazy_ = true;
};

Streams& streams();

}  // namespace emulator
