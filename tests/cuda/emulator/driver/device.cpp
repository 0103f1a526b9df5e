// Device and context: one device like an H100, one context of it.

#include <cstdio>
#include <cstring>
#include <map>
#include <vector>

#include "driver/driver.hpp"
#include "machine/memory.hpp"

namespace {

constexpr int driver_version = 13000;

/// By the numbers of CUdevice_attribute.
const std::map<int, int> attributes = {
    {1, 1024},        // MAX_THREADS_PER_BLOCK
    {2, 1024},        // MAX_BLOCK_DIM_X
    {3, 1024},        // MAX_BLOCK_DIM_Y
    {4, 64},          // MAX_BLOCK_DIM_Z
    {5, 2147483647},  // MAX_GRID_DIM_X
    {6, 65535},       // MAX_GRID_DIM_Y
    {7, 65535},       // MAX_GRID_DIM_Z
    {8, 49152},       // MAX_SHARED_MEMORY_PER_BLOCK
    {9, 65536},       // TOTAL_CONSTANT_MEMORY
    {10, 32},         // WARP_SIZE
    {12, 65536},      // MAX_REGISTERS_PER_BLOCK
    {13, 1980000},    // CLOCK_RATE
    {16, 132},        // MULTIPROCESSOR_COUNT
    {19, 1},          // CAN_MAP_HOST_MEMORY
    {31, 1},          // CONCURRENT_KERNELS
    {33, 0},          // PCI_BUS_ID
    {34, 0},          // PCI_DEVICE_ID
    {36, 2619000},    // MEMORY_CLOCK_RATE
    {37, 5120},       // GLOBAL_MEMORY_BUS_WIDTH
    {38, 52428800},   // L2_CACHE_SIZE
    {39, 2048},       // MAX_THREADS_PER_MULTIPROCESSOR
    {40, 3},          // ASYNC_ENGINE_COUNT
    {41, 1},          // UNIFIED_ADDRESSING
    {50, 0},          // PCI_DOMAIN_ID
    {75, 9},          // COMPUTE_CAPABILITY_MAJOR
    {76, 0},          // COMPUTE_CAPABILITY_MINOR
    {81, 233472},     // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
    {82, 65536},      // MAX_REGISTERS_PER_MULTIPROCESSOR
    {83, 0},          // MANAGED_MEMORY
    {89, 0},          // CONCURRENT_MANAGED_ACCESS
    {97, 232448},     // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
    {115, 0},         // MEMORY_POOLS_SUPPORTED
};

std::vector<CUcontext> contexts;  // that were pushed, the current one last
bool is_retained = false;

}  // namespace

namespace emulator {

std::recursive_mutex& Lock::mutex() {
    static std::recursive_mutex mutex;
    return mutex;
}

CUresult refuse(CUresult result, const std::string& why) {
    std::fprintf(stderr, "CUDA emulator: %s\n", why.c_str());
    return result;
}

CUcontext context() {
    static char it;
    return &it;
}

}  // namespace emulator

using namespace emulator;

CUDA_API cuInit(unsigned) {
    return CUDA_SUCCESS;
}

CUDA_API cuDriverGetVersion(int* version) {
    *version = driver_version;
    return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetCount(int* count) {
    *count = 1;
    return CUDA_SUCCESS;
}

CUDA_API cuDeviceGet(CUdevice* device, int ordinal) {
    *device = 0;
    return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

CUDA_API cuDeviceGetName(char* name, int size, CUdevice) {
    std::snprintf(name, static_cast<std::size_t>(size), "PTX emulator (sm_90)");
    return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetAttribute(int* value, int attribute, CUdevice) {
    const auto found = attributes.find(attribute);
    if (found == attributes.end())
        return refuse(CUDA_ERROR_INVALID_VALUE,
                      "no device attribute " + std::to_string(attribute) + " (driver/device.cpp)");
    *value = found->second;
    return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetUuid_v2(char* uuid, CUdevice) {
    std::memset(uuid, 7, 16);
    return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetUuid(char* uuid, CUdevice device) {
    return cuDeviceGetUuid_v2(uuid, device);
}

CUDA_API cuDeviceTotalMem_v2(std::size_t* bytes, CUdevice) {
    *bytes = memory().capacity();
    return CUDA_SUCCESS;
}

CUDA_API cuDeviceGetPCIBusId(char* id, int size, CUdevice) {
    std::snprintf(id, static_cast<std::size_t>(size), "0000:00:00.0");
    return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxRetain(CUcontext* retained, CUdevice) {
    is_retained = true;
    *retained = context();
    return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxRelease_v2(CUdevice) {
    return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxGetState(CUdevice, unsigned* flags, int* is_active) {
    *flags = 0;
    *is_active = is_retained;
    return CUDA_SUCCESS;
}

CUDA_API cuDevicePrimaryCtxSetFlags_v2(CUdevice, unsigned) {
    return CUDA_SUCCESS;
}
CUDA_API cuDevicePrimaryCtxReset_v2(CUdevice) {
    return CUDA_SUCCESS;
}

CUDA_API cuCtxPushCurrent_v2(CUcontext pushed) {
    const Lock lock;
    contexts.push_back(pushed);
    return CUDA_SUCCESS;
}

CUDA_API cuCtxPopCurrent_v2(CUcontext* popped) {
    const Lock lock;
    if (contexts.empty()) return CUDA_ERROR_INVALID_CONTEXT;
    if (popped) *popped = contexts.back();
    contexts.pop_back();
    return CUDA_SUCCESS;
}

CUDA_API cuCtxGetCurrent(CUcontext* current) {
    const Lock lock;
    *current = contexts.empty() ? nullptr : contexts.back();
    return CUDA_SUCCESS;
}

CUDA_API cuCtxSetCurrent(CUcontext current) {
    const Lock lock;
    if (!contexts.empty()) contexts.pop_back();
    if (current) contexts.push_back(current);
    return CUDA_SUCCESS;
}

CUDA_API cuCtxGetDevice(CUdevice* device) {
    *device = 0;
    return CUDA_SUCCESS;
}

CUDA_API cuCtxGetDevice_v2(CUdevice* device, CUcontext) {
    return cuCtxGetDevice(device);
}

CUDA_API cuCtxGetId(CUcontext, unsigned long long* id) {
    *id = 1;
    return CUDA_SUCCESS;
}

CUDA_API cuCtxGetApiVersion(CUcontext, unsigned* version) {
    *version = driver_version;
    return CUDA_SUCCESS;
}

CUDA_API cuCtxGetFlags(unsigned* flags) {
    *flags = 0;
    return CUDA_SUCCESS;
}

CUDA_API cuCtxGetStreamPriorityRange(int* lowest, int* highest) {
    *lowest = *highest = 0;
    return CUDA_SUCCESS;
}
