#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

/// Ends the program, saying what failed and where.
#define CHECK(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
            std::exit(1);                                                                \
        }                                                                                \
    } while (0)

/// The message of the `Error` that `body` throws; fails if it throws none.
template <class Error, class Body>
std::string message_of(Body body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    std::fprintf(stderr, "expected an exception\n");
    std::exit(1);
}
