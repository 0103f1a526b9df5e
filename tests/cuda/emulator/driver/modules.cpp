// Modules, functions and launches. A module's image is a line that names the kind, and one that
// names the shared library of the translated kernel (build.py writes it).

#include <dlfcn.h>

#include <cstring>
#include <map>
#include <memory>

#include "driver/driver.hpp"
#include "driver/streams.hpp"
#include "machine/block.hpp"
#include "machine/memory.hpp"

using namespace emulator;

namespace {

constexpr char image_kind[] = "PTX emulator\n";
constexpr unsigned max_threads = 1024, max_shared_bytes = 49152;

struct Function;

struct Module {
    void* library = nullptr;
    const Kernel* kernel = nullptr;
    std::map<std::string, std::unique_ptr<Function>> functions{};
};

struct Function {
    std::string name;
    Module* module;
    unsigned max_dynamic_shared_bytes = max_shared_bytes;
};

// A kernel may still be queued when its module is unloaded; so none is closed.
CUresult load(void** module, const void* image) {
    const Lock lock;
    const auto* text = static_cast<const char*>(image);
    if (std::strncmp(text, image_kind, sizeof image_kind - 1) != 0)
        return refuse(CUDA_ERROR_INVALID_IMAGE, "an image that was not made from PTX by build.py");
    const std::string path = text + sizeof image_kind - 1;
    auto made = std::make_unique<Module>();
    made->library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!made->library) return refuse(CUDA_ERROR_INVALID_IMAGE, dlerror());
    made->kernel = static_cast<const Kernel*>(dlsym(made->library, "emulated_kernel"));
    for (unsigned i = 0; i < made->kernel->n_variables; ++i)
        memory().add(made->kernel->variables[i].begin, made->kernel->variables[i].bytes);
    *module = made.release();
    return CUDA_SUCCESS;
}

CUresult variable(CUdeviceptr* p, std::size_t* size, const Module& module, const char* name) {
    for (unsigned i = 0; i < module.kernel->n_variables; ++i) {
        const Variable& found = module.kernel->variables[i];
        if (std::strcmp(found.name, name) != 0) continue;
        if (p) *p = reinterpret_cast<CUdeviceptr>(found.begin);
        if (size) *size = found.bytes;
        return CUDA_SUCCESS;
    }
    return CUDA_ERROR_NOT_FOUND;
}

CUresult find_function(void** function, void* of, const char* name) {
    const Lock lock;
    auto* const module = static_cast<Module*>(of);
    auto& found = module->functions[name];
    if (!found) found = std::make_unique<Function>(Function{name, module});
    *function = found.get();
    return CUDA_SUCCESS;
}

/// By the numbers of CUfunction_attribute; registers are not the emulator's matter.
CUresult attribute(int* value, int number, const Function& function) {
    constexpr int max_threads_per_block = 0, shared_bytes = 1, n_registers = 4;
    *value = 0;
    if (number == max_threads_per_block) *value = max_threads;
    if (number == shared_bytes) *value = static_cast<int>(function.module->kernel->shared_bytes);
    if (number == n_registers) *value = 32;
    return CUDA_SUCCESS;
}

CUresult set_attribute(Function& function, int number, int value) {
    constexpr int max_dynamic_shared_bytes = 8;
    if (number == max_dynamic_shared_bytes)
        function.max_dynamic_shared_bytes = static_cast<unsigned>(value);
    return CUDA_SUCCESS;
}

CUresult check(const CUlaunchConfig& c, const Function& function) {
    const unsigned most = 65535;
    const bool has_grid = c.gridDimX && c.gridDimY && c.gridDimZ && c.gridDimX <= 2147483647u &&
                          c.gridDimY <= most && c.gridDimZ <= most;
    const std::uint64_t n = std::uint64_t{c.blockDimX} * c.blockDimY * c.blockDimZ;
    if (!has_grid || n == 0 || n > max_threads || c.blockDimZ > 64)
        return refuse(CUDA_ERROR_INVALID_VALUE, "a launch of no or too many blocks or threads");
    const unsigned fixed = function.module->kernel->shared_bytes;
    if (fixed > max_shared_bytes || c.sharedMemBytes > function.max_dynamic_shared_bytes)
        return refuse(CUDA_ERROR_INVALID_VALUE, "a launch with too much shared memory");
    return CUDA_SUCCESS;
}

std::vector<unsigned char> packed(const Kernel& kernel, void** values) {
    std::vector<unsigned char> bytes;
    for (unsigned i = 0; i < kernel.n_parameters; ++i) {
        const Parameter& parameter = kernel.parameters[i];
        bytes.resize(parameter.offset + parameter.bytes);
        std::memcpy(&bytes[parameter.offset], values[i], parameter.bytes);
    }
    return bytes;
}

CUresult launch(const CUlaunchConfig& c, void* handle, void** values) {
    const Lock lock;
    const auto& function = *static_cast<const Function*>(handle);
    if (const CUresult result = check(c, function)) return result;
    const Launch made{function.module->kernel,
                      function.name,
                      {c.gridDimX, c.gridDimY, c.gridDimZ},
                      {c.blockDimX, c.blockDimY, c.blockDimZ},
                      c.sharedMemBytes,
                      packed(*function.module->kernel, values)};
    const bool is_queued = streams().enqueue(c.hStream, [made] { run(made); });
    return is_queued ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}

}  // namespace

/// 0: threads and blocks run by their numbers; else shuffled by this number.
extern "C" void emulator_set_order(std::uint64_t seed) {
    const Lock lock;
    set_order(seed);
}

CUDA_API cuModuleLoadData(CUmodule* module, const void* image) {
    return load(module, image);
}
CUDA_API cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, void*, void*) {
    return load(module, image);
}
CUDA_API cuModuleUnload(CUmodule) {
    return CUDA_SUCCESS;
}
CUDA_API cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
    return find_function(function, module, name);
}
CUDA_API cuModuleGetGlobal_v2(CUdeviceptr* p, std::size_t* n, CUmodule module, const char* name) {
    return variable(p, n, *static_cast<Module*>(module), name);
}

CUDA_API cuLibraryLoadData(CUlibrary* library, const void* image, void*, void*, unsigned, void*,
                           void*, unsigned) {
    return load(library, image);
}
CUDA_API cuLibraryUnload(CUlibrary) {
    return CUDA_SUCCESS;
}
CUDA_API cuLibraryGetKernel(CUkernel* kernel, CUlibrary library, const char* name) {
    return find_function(kernel, library, name);
}
CUDA_API cuLibraryGetModule(CUmodule* module, CUlibrary library) {
    *module = library;
    return CUDA_SUCCESS;
}
CUDA_API cuLibraryGetGlobal(CUdeviceptr* p, std::size_t* n, CUlibrary library, const char* name) {
    return variable(p, n, *static_cast<Module*>(library), name);
}

CUDA_API cuKernelGetFunction(CUfunction* function, CUkernel kernel) {
    *function = kernel;
    return CUDA_SUCCESS;
}
CUDA_API cuKernelGetName(const char** name, CUkernel kernel) {
    *name = static_cast<Function*>(kernel)->name.c_str();
    return CUDA_SUCCESS;
}
CUDA_API cuKernelGetAttribute(int* value, int number, CUkernel kernel, CUdevice) {
    return attribute(value, number, *static_cast<Function*>(kernel));
}
CUDA_API cuKernelSetAttribute(int number, int value, CUkernel kernel, CUdevice) {
    return set_attribute(*static_cast<Function*>(kernel), number, value);
}
CUDA_API cuFuncGetName(const char** name, CUfunction function) {
    return cuKernelGetName(name, function);
}
CUDA_API cuFuncGetAttribute(int* value, int number, CUfunction function) {
    return attribute(value, number, *static_cast<Function*>(function));
}
CUDA_API cuFuncSetAttribute(CUfunction function, int number, int value) {
    return set_attribute(*static_cast<Function*>(function), number, value);
}
CUDA_API cuFuncSetCacheConfig(CUfunction, int) {
    return CUDA_SUCCESS;
}
CUDA_API cuFuncGetModule(CUmodule* module, CUfunction function) {
    *module = static_cast<Function*>(function)->module;
    return CUDA_SUCCESS;
}
CUDA_API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* n, CUfunction, int, std::size_t) {
    *n = 4;
    return CUDA_SUCCESS;
}

CUDA_API cuLaunchKernelEx(const CUlaunchConfig* config, CUfunction function, void** values,
                          void**) {
    return launch(*config, function, values);
}
CUDA_API cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                        unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                        CUstream stream, void** values, void**) {
    const CUlaunchConfig config{grid_x,  grid_y, grid_z, block_x, block_y,
                                block_z, shared, stream, nullptr, 0};
    return launch(config, function, values);
}
