// How callers find the functions above, and the names of their results.

#include <dlfcn.h>

#include "driver/driver.hpp"

CUDA_API cuGetErrorName(CUresult result, const char** name) {
    *name = result == CUDA_ERROR_OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY"
            : result == CUDA_SUCCESS           ? "CUDA_SUCCESS"
                                               : "CUDA_ERROR_OF_EMULATOR";
    return CUDA_SUCCESS;
}

CUDA_API cuGetErrorString(CUresult result, const char** text) {
    *text = result == CUDA_ERROR_OUT_OF_MEMORY ? "out of memory" : "refused by the CUDA emulator";
    return CUDA_SUCCESS;
}

namespace {

void* own_library() {
    static void* const library = [] {
        Dl_info info;
        dladdr(reinterpret_cast<void*>(&cuGetErrorName), &info);
        return dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    }();
    return library;
}

}  // namespace

/// A function that is not emulated is not found: callers name it in their error.
CUDA_API cuGetProcAddress_v2(const char* name, void** function, int, unsigned long long,
                             int* status) {
    for (const char* version : {"_v2", ""}) {
        *function = dlsym(own_library(), (std::string(name) + version).c_str());
        if (*function) break;
    }
    if (status) *status = *function ? 0 : 1;
    return *function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

CUDA_API cuGetProcAddress(const char* name, void** function, int version,
                          unsigned long long flags) {
    return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}
