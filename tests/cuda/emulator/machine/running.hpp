#pragma once

namespace emulator {

class Block;

/// While it lives, the functions of thread.hpp are about this block.
class Running {
  public:
    explicit Running(Block& block);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    Block* before_;
};

}  // namespace emulator
