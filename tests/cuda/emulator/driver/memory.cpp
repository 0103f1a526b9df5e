// The driver's calls on memory. Copies from and to memory that is not pinned go as cuda.h says:
// they are taken at the call, or waited for.

#include "machine/memory.hpp"

#include <cstring>
#include <memory>

#include "driver/driver.hpp"
#include "driver/streams.hpp"
#include "machine/report.hpp"

using namespace emulator;

namespace {

std::uint64_t address_of(const void* p) {
    return reinterpret_cast<std::uint64_t>(p);
}

Allocation* pinned(const void* p, std::size_t n) {
    Allocation* const found = memory().find(address_of(p), n);
    return found && found->is_on_host ? found : nullptr;
}

bool is_on_device(CUdeviceptr p, std::size_t n) {
    const Allocation* const found = memory().find(p, n);
    return found && !found->is_on_host;
}

CUresult queue(CUstream stream, Work work) {
    return streams().enqueue(stream, std::move(work)) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

CUresult wrong_range(const char* call, CUdeviceptr p) {
    add_error(std::string(call) + ": out of bounds of the device's memory",
              " at " + std::to_string(p));
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult fill(CUdeviceptr to, std::uint64_t value, std::size_t width, std::size_t count,
              CUstream stream) {
    const Lock lock;
    if (count && !is_on_device(to, width * count)) return wrong_range("cuMemset", to);
    return queue(stream, [=] { memory().fill(to, value, width, count); });
}

/// A default stream's copy or filling is done when the call returns.
CUresult waited_for(CUresult result) {
    const Lock lock;
    if (result == CUDA_SUCCESS) streams().wait_for(CUstream{});
    return result;
}

}  // namespace

/// How much memory the device has.
extern "C" void emulator_set_capacity(std::size_t bytes) {
    memory().set_capacity(bytes);
}

CUDA_API cuMemGetInfo_v2(std::size_t* available, std::size_t* total) {
    const Lock lock;
    *available = memory().available();
    *total = memory().capacity();
    return CUDA_SUCCESS;
}

CUDA_API cuMemAlloc_v2(CUdeviceptr* p, std::size_t n) {
    const Lock lock;
    if (n == 0) return CUDA_ERROR_INVALID_VALUE;
    *p = address_of(memory().allocate(n, false));
    return *p ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

/// Waits for all that was queued, as the driver does.
CUDA_API cuMemFree_v2(CUdeviceptr p) {
    const Lock lock;
    streams().wait_for_all();
    return !p || memory().release(p) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUDA_API cuMemAllocAsync(CUdeviceptr* p, std::size_t n, CUstream) {
    return cuMemAlloc_v2(p, n);
}

CUDA_API cuMemFreeAsync(CUdeviceptr p, CUstream stream) {
    const Lock lock;
    return queue(stream, [p] { memory().release(p); });
}

CUDA_API cuMemHostAlloc(void** p, std::size_t n, unsigned) {
    const Lock lock;
    *p = memory().allocate(n ? n : 1, true);
    return *p ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}

CUDA_API cuMemAllocHost_v2(void** p, std::size_t n) {
    return cuMemHostAlloc(p, n, 0);
}
CUDA_API cuMemFreeHost(void* p) {
    return cuMemFree_v2(address_of(p));
}

CUDA_API cuMemHostGetDevicePointer_v2(CUdeviceptr* device, void* host, unsigned) {
    *device = address_of(host);
    return CUDA_SUCCESS;
}

CUDA_API cuMemHostRegister_v2(void* p, std::size_t n, unsigned) {
    const Lock lock;
    memory().add(p, n);
    memory().find(address_of(p), n)->is_on_host = true;
    return CUDA_SUCCESS;
}

CUDA_API cuMemHostUnregister(void* p) {
    const Lock lock;
    streams().wait_for_all();
    memory().drop(p);
    return CUDA_SUCCESS;
}

CUDA_API cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, std::size_t n, CUstream stream) {
    const Lock lock;
    if (n && !is_on_device(to, n)) return wrong_range("cuMemcpyHtoD", to);
    if (pinned(from, n)) return queue(stream, [=] { memory().copy(to, address_of(from), n); });
    const std::shared_ptr<char[]> taken(new char[n]);
    std::memcpy(taken.get(), from, n);
    return queue(stream, [=] { memory().copy(to, address_of(taken.get()), n); });
}

CUDA_API cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, std::size_t n, CUstream stream) {
    const Lock lock;
    if (n && !is_on_device(from, n)) return wrong_range("cuMemcpyDtoH", from);
    const CUresult result = queue(stream, [=] { memory().copy(address_of(to), from, n); });
    if (!pinned(to, n)) streams().wait_for(stream);
    return result;
}

CUDA_API cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, std::size_t n, CUstream stream) {
    const Lock lock;
    if (n && !is_on_device(from, n)) return wrong_range("cuMemcpyDtoD", from);
    if (n && !is_on_device(to, n)) return wrong_range("cuMemcpyDtoD", to);
    return queue(stream, [=] { memory().copy(to, from, n); });
}

CUDA_API cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, std::size_t n) {
    return waited_for(cuMemcpyHtoDAsync_v2(to, from, n, nullptr));
}

CUDA_API cuMemcpyDtoH_v2(void* to, CUdeviceptr from, std::size_t n) {
    return waited_for(cuMemcpyDtoHAsync_v2(to, from, n, nullptr));
}

CUDA_API cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, std::size_t n) {
    return waited_for(cuMemcpyDtoDAsync_v2(to, from, n, nullptr));
}

CUDA_API cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, std::size_t n, CUstream stream) {
    if (!is_on_device(to, n))
        return cuMemcpyDtoHAsync_v2(reinterpret_cast<void*>(to), from, n, stream);
    if (!is_on_device(from, n))
        return cuMemcpyHtoDAsync_v2(to, reinterpret_cast<void*>(from), n, stream);
    return cuMemcpyDtoDAsync_v2(to, from, n, stream);
}

CUDA_API cuMemcpy(CUdeviceptr to, CUdeviceptr from, std::size_t n) {
    return waited_for(cuMemcpyAsync(to, from, n, nullptr));
}

CUDA_API cuMemsetD8Async(CUdeviceptr to, unsigned char value, std::size_t n, CUstream stream) {
    return fill(to, value, 1, n, stream);
}
CUDA_API cuMemsetD16Async(CUdeviceptr to, unsigned short value, std::size_t n, CUstream stream) {
    return fill(to, value, 2, n, stream);
}
CUDA_API cuMemsetD32Async(CUdeviceptr to, unsigned value, std::size_t n, CUstream stream) {
    return fill(to, value, 4, n, stream);
}
CUDA_API cuMemsetD8_v2(CUdeviceptr to, unsigned char value, std::size_t n) {
    return waited_for(fill(to, value, 1, n, nullptr));
}
CUDA_API cuMemsetD32_v2(CUdeviceptr to, unsigned value, std::size_t n) {
    return waited_for(fill(to, value, 4, n, nullptr));
}

CUDA_API cuMemGetAddressRange_v2(CUdeviceptr* begin, std::size_t* size, CUdeviceptr p) {
    const Lock lock;
    const Allocation* const found = memory().find(p, 0);
    if (!found) return CUDA_ERROR_NOT_FOUND;
    if (begin) *begin = found->begin;
    if (size) *size = found->size;
    return CUDA_SUCCESS;
}

/// By the numbers of CUpointer_attribute.
CUDA_API cuPointerGetAttribute(void* value, int attribute, CUdeviceptr p) {
    const Lock lock;
    const Allocation* const found = memory().find(p, 0);
    if (!found) return CUDA_ERROR_INVALID_VALUE;
    switch (attribute) {
        case 1:
            *static_cast<CUcontext*>(value) = context();
            return CUDA_SUCCESS;
        case 2:
            *static_cast<int*>(value) = found->is_on_host ? 1 : 2;
            return CUDA_SUCCESS;
        case 3:  // DEVICE_POINTER and HOST_POINTER
        case 4:
            *static_cast<CUdeviceptr*>(value) = p;
            return CUDA_SUCCESS;
        case 8:  // IS_MANAGED and DEVICE_ORDINAL
        case 9:
            *static_cast<int*>(value) = 0;
            return CUDA_SUCCESS;
        default:
            return refuse(
                CUDA_ERROR_INVALID_VALUE,
                "no pointer attribute " + std::to_string(attribute) + " (driver/memory.cpp)");
    }
}

CUDA_API cuPointerGetAttributes(unsigned n, const int* attributes, void** values, CUdeviceptr p) {
    for (unsigned i = 0; i < n; ++i) cuPointerGetAttribute(values[i], attributes[i], p);
    return CUDA_SUCCESS;
}
