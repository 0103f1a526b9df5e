#include "bindings/arrays.hpp"
#include "enhance/adjust.hpp"
#include "enhance/adjust_saturation.hpp"
#include "enhance/apply_lut.hpp"
#include "enhance/autocontrast.hpp"
#include "enhance/clahe.hpp"
#include "enhance/equalize_hist.hpp"
#include "enhance/flat_field.hpp"
#include "enhance/match_histograms.hpp"
#include "enhance/normalize.hpp"
#include "enhance/unsharp_mask.hpp"
#include "enhance/white_balance.hpp"

namespace {

using Bytes = std::uint8_t;
using Out = std::optional<py::array>;

/// operation(src, dst) on an image of T.
template <class T, class Operation>
py::array enhanced(const py::array& image, const Out& out, const Operation& operation) {
    return filled<T>(out_or_like<T>(out, image), image, operation);
}

py::array adjust(const py::array& image, double brightness, double contrast, double gamma,
                 double gain, std::optional<double> middle, const Out& out) {
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::adjust(src, dst, {brightness, contrast, gamma, gain, middle});
    });
}

py::array adjust_saturation(const py::array& image, double factor, const Out& out) {
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::adjust_saturation(src, dst, factor);
    });
}

py::array apply_lut(const py::array& image, const CArray<Bytes>& tables, const Out& out) {
    const std::vector<Bytes> values(tables.data(), tables.data() + tables.size());
    return enhanced<Bytes>(image, out, [&](const auto& src, const auto& dst) {
        imgmine::apply_lut(src, dst, values);
    });
}

py::array autocontrast(const py::array& image, double low, double high, bool per_channel,
                       const Out& out) {
    return enhanced<Bytes>(image, out, [&](const auto& src, const auto& dst) {
        imgmine::autocontrast(src, dst, {low, high}, per_channel);
    });
}

py::array equalize_hist(const py::array& image, const Out& out) {
    return enhanced<Bytes>(image, out, imgmine::equalize_hist);
}

py::array clahe(const py::array& image, double clip_limit, int rows, int columns, const Out& out) {
    return enhanced<Bytes>(image, out, [&](const auto& src, const auto& dst) {
        imgmine::clahe(src, dst, {clip_limit, rows, columns});
    });
}

py::array match_histograms(const py::array& image, const py::array& reference, const Out& out) {
    const auto wanted = view<Bytes>(reference);
    return enhanced<Bytes>(image, out, [&](const auto& src, const auto& dst) {
        imgmine::match_histograms(src, wanted, dst);
    });
}

template <class T>
void normalize_of(const py::array& image, const imgmine::Normalization& options,
                  py::array& result) {
    filled<T, float>(result, image, [&](const auto& src, const auto& dst) {
        imgmine::normalize(src, dst, options);
    });
}

py::array normalize(const py::array& image, const std::vector<double>& mean,
                    const std::vector<double>& std, double scale, bool channels_first,
                    const Out& out) {
    const py::ssize_t channels = image.ndim() == 3 ? image.shape(2) : 1;
    py::array result = out              ? *out
                       : channels_first ? empty<float>({channels, image.shape(0), image.shape(1)})
                                        : out_or_like<float>(out, image);
    const imgmine::Normalization options{mean, std, scale, channels_first};
    is<Bytes>(image) ? normalize_of<Bytes>(image, options, result)
                     : normalize_of<float>(image, options, result);
    return result;
}

py::array unsharp_mask(const py::array& image, double sigma, double amount, double threshold,
                       std::string_view border, const Out& out) {
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::unsharp_mask(src, dst, {sigma, amount, threshold}, mode);
    });
}

py::array white_balance(const py::array& image, std::string_view method, double p,
                        double percentile, const Out& out) {
    const imgmine::WhiteBalance options{imgmine::white_balance_from_name(method), p, percentile};
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::white_balance(src, dst, options);
    });
}

template <class T, class F>
py::array flat_field_of(const py::array& image, const py::array& flat, const Out& dark,
                        const Out& out) {
    const auto light = view<F>(flat);
    const auto offset = dark ? std::optional(view<F>(*dark)) : std::nullopt;
    return enhanced<T>(image, out, [&](const auto& src, const auto& dst) {
        imgmine::flat_field(src, light, offset, dst);
    });
}

py::array flat_field(const py::array& image, const py::array& flat, const Out& dark,
                     const Out& out) {
    return is<float>(image)  ? flat_field_of<float, float>(image, flat, dark, out)
           : is<float>(flat) ? flat_field_of<Bytes, float>(image, flat, dark, out)
                             : flat_field_of<Bytes, Bytes>(image, flat, dark, out);
}

}  // namespace

void bind_enhance(py::module_ m) {
    const auto no_out = "out"_a = py::none();
    m.def("adjust", &adjust, "image"_a, "brightness"_a, "contrast"_a, "gamma"_a, "gain"_a,
          "middle"_a, no_out);
    m.def("adjust_saturation", &adjust_saturation, "image"_a, "factor"_a, no_out);
    m.def("apply_lut", &apply_lut, "image"_a, "tables"_a, no_out);
    m.def("autocontrast", &autocontrast, "image"_a, "low"_a, "high"_a, "per_channel"_a, no_out);
    m.def("equalize_hist", &equalize_hist, "image"_a, no_out);
    m.def("clahe", &clahe, "image"_a, "clip_limit"_a, "rows"_a, "columns"_a, no_out);
    m.def("match_histograms", &match_histograms, "image"_a, "reference"_a, no_out);
    m.def("normalize", &normalize, "image"_a, "mean"_a, "std"_a, "scale"_a, "channels_first"_a,
          no_out);
    m.def("unsharp_mask", &unsharp_mask, "image"_a, "sigma"_a, "amount"_a, "threshold"_a,
          "border"_a, no_out);
    m.def("white_balance", &white_balance, "image"_a, "method"_a, "p"_a, "percentile"_a, no_out);
    m.def("flat_field", &flat_field, "image"_a, "flat"_a, "dark"_a, no_out);
}
