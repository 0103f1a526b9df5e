#include "driver/streams.hpp"

#include <ctime>
#include <utility>

#include "driver/driver.hpp"

namespace emulator {

Streams& streams() {
    static Streams streams;
    return streams;
}

CUstream Streams::create(bool is_blocking) {
    auto made = std::make_shared<Stream>();
    made->is_blocking = is_blocking;
    others_[made.get()] = made;
    return made.get();
}

// What is queued is still done, as the driver's documentation says.
bool Streams::destroy(CUstream handle) {
    const auto found = others_.find(handle);
    if (found == others_.end() || found->second->is_destroyed) return false;
    found->second->is_destroyed = true;
    return true;
}

std::shared_ptr<Stream> Streams::find(CUstream handle) {
    if (reinterpret_cast<std::uintptr_t>(handle) <= 2) return default_;
    const auto found = others_.find(handle);
    return found == others_.end() || found->second->is_destroyed ? nullptr : found->second;
}

std::vector<Point> Streams::awaited_by(const std::shared_ptr<Stream>& stream) {
    std::vector<Point> points = std::exchange(stream->awaited, {});
    if (stream != default_) {
        if (stream->is_blocking) points.push_back({default_, default_->n_queued()});
        return points;
    }
    for (const auto& [handle, other] : others_)
        if (other->is_blocking && !other->items.empty())
            points.push_back({other, other->n_queued()});
    return points;
}

bool Streams::enqueue(CUstream handle, Work work) {
    const std::shared_ptr<Stream> stream = find(handle);
    if (!stream) return false;
    stream->items.push_back({std::move(work), awaited_by(stream)});
    if (!is_lazy_) wait_for({stream, stream->n_queued()});
    return true;
}

void Streams::wait_for(const Point& point) {
    Stream& stream = *point.stream;
    while (stream.n_done < point.number) {
        const Stream::Item item = std::move(stream.items.front());
        for (const Point& before : item.after) wait_for(before);
        stream.items.pop_front();
        ++stream.n_done;
        item.work();
    }
}

bool Streams::wait_for(CUstream handle) {
    const std::shared_ptr<Stream> stream = find(handle);
    if (!stream) return false;
    // Who waits for the default stream waits for all that block on it.
    if (stream == default_) enqueue(nullptr, [] {});
    wait_for({stream, stream->n_queued()});
    return true;
}

void Streams::wait_for_all() {
    wait_for(nullptr);
    for (const auto& [handle, stream] : others_) wait_for({stream, stream->n_queued()});
    std::erase_if(others_, [](const auto& entry) { return entry.second->is_destroyed; });
}

}  // namespace emulator

using namespace emulator;

namespace {

struct Event {
    Point recorded;
    std::timespec time{};
};

std::map<CUevent, std::shared_ptr<Event>> events;

std::shared_ptr<Event> event_of(CUevent handle) {
    const auto found = events.find(handle);
    return found == events.end() ? nullptr : found->second;
}

CUresult known(bool is_known) {
    return is_known ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

}  // namespace

/// From the next work on: done when somebody waits for it, or at once.
extern "C" void emulator_set_lazy(int is_lazy) {
    const Lock lock;
    streams().wait_for_all();
    streams().set_lazy(is_lazy != 0);
}

CUDA_API cuStreamCreate(CUstream* stream, unsigned flags) {
    const Lock lock;
    *stream = streams().create((flags & 1) == 0);
    return CUDA_SUCCESS;
}

CUDA_API cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int) {
    return cuStreamCreate(stream, flags);
}

CUDA_API cuStreamDestroy_v2(CUstream stream) {
    const Lock lock;
    return known(streams().destroy(stream));
}

CUDA_API cuStreamSynchronize(CUstream stream) {
    const Lock lock;
    return known(streams().wait_for(stream));
}

/// Who polls would poll for ever if work waited for somebody to wait.
CUDA_API cuStreamQuery(CUstream stream) {
    return cuStreamSynchronize(stream);
}

CUDA_API cuCtxSynchronize() {
    const Lock lock;
    streams().wait_for_all();
    return CUDA_SUCCESS;
}

CUDA_API cuStreamGetCtx(CUstream, CUcontext* of) {
    *of = context();
    return CUDA_SUCCESS;
}

CUDA_API cuStreamGetFlags(CUstream handle, unsigned* flags) {
    const Lock lock;
    const auto stream = streams().find(handle);
    *flags = stream && !stream->is_blocking;
    return known(stream != nullptr);
}

CUDA_API cuStreamGetPriority(CUstream, int* priority) {
    *priority = 0;
    return CUDA_SUCCESS;
}

CUDA_API cuStreamIsCapturing(CUstream, int* is_capturing) {
    *is_capturing = 0;
    return CUDA_SUCCESS;
}

CUDA_API cuStreamAddCallback(CUstream stream, void (*call)(CUstream, CUresult, void*), void* data,
                             unsigned) {
    const Lock lock;
    return known(streams().enqueue(stream, [=] { call(stream, CUDA_SUCCESS, data); }));
}

CUDA_API cuLaunchHostFunc(CUstream stream, void (*call)(void*), void* data) {
    const Lock lock;
    return known(streams().enqueue(stream, [=] { call(data); }));
}

CUDA_API cuEventCreate(CUevent* event, unsigned) {
    const Lock lock;
    const auto made = std::make_shared<Event>();
    events[made.get()] = made;
    *event = made.get();
    return CUDA_SUCCESS;
}

CUDA_API cuEventDestroy_v2(CUevent event) {
    const Lock lock;
    return known(events.erase(event) == 1);
}

CUDA_API cuEventRecord(CUevent handle, CUstream stream) {
    const Lock lock;
    const auto event = event_of(handle);
    const auto on = streams().find(stream);
    if (!event || !on) return CUDA_ERROR_INVALID_HANDLE;
    streams().enqueue(stream, [event] { std::timespec_get(&event->time, TIME_UTC); });
    event->recorded = {on, on->n_queued()};
    return CUDA_SUCCESS;
}

CUDA_API cuEventRecordWithFlags(CUevent event, CUstream stream, unsigned) {
    return cuEventRecord(event, stream);
}

CUDA_API cuStreamWaitEvent(CUstream handle, CUevent awaited, unsigned) {
    const Lock lock;
    const auto event = event_of(awaited);
    const auto stream = streams().find(handle);
    if (!event || !stream) return CUDA_ERROR_INVALID_HANDLE;
    if (event->recorded.stream) stream->awaited.push_back(event->recorded);
    return CUDA_SUCCESS;
}

CUDA_API cuEventSynchronize(CUevent handle) {
    const Lock lock;
    const auto event = event_of(handle);
    if (event && event->recorded.stream) streams().wait_for(event->recorded);
    return known(event != nullptr);
}

CUDA_API cuEventQuery(CUevent event) {
    return cuEventSynchronize(event);
}

CUDA_API cuEventElapsedTime(float* milliseconds, CUevent begin, CUevent end) {
    const Lock lock;
    const auto first = event_of(begin), last = event_of(end);
    if (!first || !last) return CUDA_ERROR_INVALID_HANDLE;
    const auto seconds = static_cast<float>(last->time.tv_sec - first->time.tv_sec);
    const auto nanoseconds = static_cast<float>(last->time.tv_nsec - first->time.tv_nsec);
    *milliseconds = seconds * 1e3f + nanoseconds * 1e-6f;
    return CUDA_SUCCESS;
}

CUDA_API cuEventElapsedTime_v2(float* milliseconds, CUevent begin, CUevent end) {
    return cuEventElapsedTime(milliseconds, begin, end);
}
