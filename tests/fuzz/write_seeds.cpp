// Writes the undamaged files that fuzzing begins with into a folder.
#include <fstream>

#include "core/hostile_index.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    int i = 0;
    for (const hostile::Bytes& file : hostile::samples())
        std::ofstream(std::string(argv[1]) + "/sample" + std::to_string(i++), std::ios::binary)
            .write(reinterpret_cast<const char*>(file.data()),
                   static_cast<std::streamsize>(file.size()));
}
