#include <new>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "color/rgb2gray.hpp"
#include "features/histogram.hpp"
#include "filters/gaussian_blur.hpp"
#include "geometry/resize.hpp"
#include "imgmine.h"

namespace {

using imgmine::ImageView;
using imgmine::require;

thread_local std::string last_error;

/// Runs `body`, turning any exception into a status: none may cross into C.
template <class Body>
imgmine_status guarded(Body body) noexcept {
    try {
        body();
        return IMGMINE_OK;
    } catch (const std::invalid_argument& e) {
        last_error = e.what();
        return IMGMINE_INVALID_ARGUMENT;
    } catch (const imgmine::FormatError& e) {
        last_error = e.what();
        return IMGMINE_BAD_FORMAT;
    } catch (const std::bad_alloc&) {
        last_error = "out of memory";
        return IMGMINE_OUT_OF_MEMORY;
    } catch (const std::exception& e) {
        last_error = e.what();
        return IMGMINE_FAILED;
    } catch (...) {
        last_error = "unknown error";
        return IMGMINE_FAILED;
    }
}

void check_image(const imgmine_image* image, const std::string& name) {
    require(image != nullptr, name + " must not be null");
    require(image->dtype == IMGMINE_U8 || image->dtype == IMGMINE_F32,
            name + " has an unknown dtype");
    require(image->height >= 0 && image->width >= 0 && image->channels > 0,
            name + " must have a height and width of at least 0 and a channel");
    require(
        image->row_stride >= std::ptrdiff_t{image->width} * image->channels || image->height < 2,
        name + "'s row_stride must be at least width * channels");
    require(image->data != nullptr || image->height == 0 || image->width == 0,
            name + " has no data");
}

void check_pair(const imgmine_image* src, const imgmine_image* dst) {
    check_image(src, "src");
    check_image(dst, "dst");
    require(src->dtype == dst->dtype, "src and dst must have the same dtype");
}

void check_same_size(const imgmine_image* src, const imgmine_image* dst) {
    require(src->height == dst->height && src->width == dst->width,
            "src and dst must have the same height and width");
}

template <class T>
ImageView<T> view(const imgmine_image& i) {
    return {static_cast<T*>(i.data), i.height, i.width, i.channels, i.row_stride};
}

/// Calls `body(src, dst)` with views of the images' type.
template <class Body>
void with_views(const imgmine_image* src, const imgmine_image* dst, Body body) {
    if (src->dtype == IMGMINE_U8)
        body(view<const std::uint8_t>(*src), view<std::uint8_t>(*dst));
    else
        body(view<const float>(*src), view<float>(*dst));
}

template <class Enum>
Enum checked(int value, int last, const char* name) {
    require(value >= 0 && value <= last, std::string(name) + " has an unknown value");
    return static_cast<Enum>(value);
}

}  // namespace

const char* imgmine_version(void) {
    return IMGMINE_VERSION;
}

const char* imgmine_last_error(void) {
    return last_error.c_str();
}

imgmine_status imgmine_set_num_threads(int n) {
    return guarded([&] { imgmine::set_num_threads(n); });
}

int imgmine_get_num_threads(void) {
    return imgmine::num_threads();
}

imgmine_status imgmine_rgb2gray(const imgmine_image* src, const imgmine_image* dst) {
    return guarded([&] {
        check_pair(src, dst);
        check_same_size(src, dst);
        require(dst->channels == 1, "dst must have one channel");
        with_views(src, dst, [](auto from, auto to) { imgmine::rgb2gray(from, to); });
    });
}

imgmine_status imgmine_gaussian_blur(const imgmine_image* src, const imgmine_image* dst,
                                     double sigma, int ksize, imgmine_border border) {
    return guarded([&] {
        check_pair(src, dst);
        check_same_size(src, dst);
        require(src->channels == dst->channels, "src and dst must have the same channels");
        const auto mode = checked<imgmine::Border>(border, IMGMINE_CONSTANT, "border");
        imgmine::Gaussian gaussian;
        if (sigma != 0) gaussian.sigma = sigma;
        if (ksize != 0) gaussian.ksize = ksize;
        with_views(src, dst,
                   [&](auto from, auto to) { imgmine::gaussian_blur(from, to, gaussian, mode); });
    });
}

imgmine_status imgmine_resize(const imgmine_image* src, const imgmine_image* dst,
                              imgmine_resize_method method) {
    return guarded([&] {
        check_pair(src, dst);
        require(src->channels == dst->channels, "src and dst must have the same channels");
        const auto how = checked<imgmine::ResizeMethod>(method, IMGMINE_LINEAR, "method");
        with_views(src, dst, [&](auto from, auto to) { imgmine::resize(from, to, how); });
    });
}

imgmine_status imgmine_histogram(const imgmine_image* src, int bins, double low, double high,
                                 imgmine_normalize normalize, float* out, size_t n_out) {
    return guarded([&] {
        check_image(src, "src");
        require(out != nullptr, "out must not be null");
        const auto how = checked<imgmine::Normalize>(normalize, IMGMINE_HELLINGER, "normalize");
        const imgmine::Bins spec{bins, low, high};
        spec.check();
        require(n_out >= static_cast<size_t>(bins) * static_cast<size_t>(src->channels),
                "out must have room for bins * channels values");
        const auto counts = src->dtype == IMGMINE_U8
                                ? imgmine::histogram(view<const std::uint8_t>(*src), spec)
                                : imgmine::histogram(view<const float>(*src), spec);
        imgmine::write_normalized(counts, how, out);
    });
}
