/* The C interface of imgmine: plain C99, no Python, no exceptions, no ownership taken.
 *
 * Every function returns an imgmine_status. On failure imgmine_last_error() says what went wrong on
 * the calling thread. All functions may be called from several threads at once as long as no two of
 * them write the same image. */
#ifndef IMGMINE_H
#define IMGMINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define IMGMINE_API
#else
#define IMGMINE_API __attribute__((visibility("default")))
#endif

typedef enum {
    IMGMINE_OK = 0,
    IMGMINE_INVALID_ARGUMENT = 1,
    IMGMINE_OUT_OF_MEMORY = 2,
    IMGMINE_BAD_FORMAT = 3,
    IMGMINE_FAILED = 4
} imgmine_status;

/* Choices are plain ints, so that any value that arrives can be checked. */
typedef int imgmine_dtype;
enum { IMGMINE_U8 = 0, IMGMINE_F32 = 1 };

typedef int imgmine_border;
enum {
    IMGMINE_REFLECT101 = 0,
    IMGMINE_REFLECT = 1,
    IMGMINE_REPLICATE = 2,
    IMGMINE_WRAP = 3,
    IMGMINE_CONSTANT = 4 /* zeros */
};

typedef int imgmine_resize_method;
enum { IMGMINE_AREA = 0, IMGMINE_LINEAR = 1 };

typedef int imgmine_normalize;
enum { IMGMINE_COUNTS = 0, IMGMINE_L1 = 1, IMGMINE_L2 = 2, IMGMINE_HELLINGER = 3 };

/* A caller-owned image: interleaved channels, R first; rows `row_stride` elements apart. */
typedef struct {
    void* data;
    imgmine_dtype dtype;
    int32_t height, width, channels;
    ptrdiff_t row_stride;
} imgmine_image;

/* "0.1.0" */
IMGMINE_API const char* imgmine_version(void);

/* What the last failed call of this thread complained about; valid until its next failure. */
IMGMINE_API const char* imgmine_last_error(void);

/* Threads one call may use; 0 restores the default (all CPUs this process may run on). */
IMGMINE_API imgmine_status imgmine_set_num_threads(int n);
IMGMINE_API int imgmine_get_num_threads(void);

/* Luma of `src` (3 or 4 channels) into `dst` (1 channel, same size and dtype). */
IMGMINE_API imgmine_status imgmine_rgb2gray(const imgmine_image* src, const imgmine_image* dst);

/* Blurs `src` into `dst` (same shape and dtype, not overlapping). A sigma of 0 follows from ksize,
 * a ksize of 0 from sigma. */
IMGMINE_API imgmine_status imgmine_gaussian_blur(const imgmine_image* src, const imgmine_image* dst,
                                                 double sigma, int ksize, imgmine_border border);

/* Resamples `src` to the size of `dst` (same channels and dtype). */
IMGMINE_API imgmine_status imgmine_resize(const imgmine_image* src, const imgmine_image* dst,
                                          imgmine_resize_method method);

/* `bins` equal parts of [low, high) of each channel: writes bins * channels values to `out`, which
 * has room for `n_out`. */
IMGMINE_API imgmine_status imgmine_histogram(const imgmine_image* src, int bins, double low,
                                             double high, imgmine_normalize normalize, float* out,
                                             size_t n_out);

#ifdef __cplusplus
}
#endif

#endif
