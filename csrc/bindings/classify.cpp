#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "classify/linear_svc.hpp"

namespace {

imgmine::HingeLoss loss_from_name(std::string_view name) {
    if (name == "hinge") return imgmine::HingeLoss::hinge;
    if (name == "squared_hinge") return imgmine::HingeLoss::squared_hinge;
    throw std::invalid_argument("loss must be 'hinge' or 'squared_hinge', got '" +
                                std::string(name) + "'");
}

template <class T>
imgmine::LinearSvcResult fit_of(const py::array& x, const CArray<std::int32_t>& classes,
                                const std::vector<std::int32_t>& positive,
                                const std::vector<double>& costs,
                                const std::vector<double>& other_costs,
                                const CArray<double>& sample_weights,
                                const imgmine::LinearSvcOptions& options) {
    const auto samples = rows<T>(x);
    const std::int32_t* class_of = classes.data();
    const double* weights = sample_weights.data();
    const py::gil_scoped_release nogil;
    return imgmine::fit_linear_svc(samples, class_of, positive, costs, other_costs, weights,
                                   options);
}

py::tuple fit(const py::array& x, const CArray<std::int32_t>& classes,
              const std::vector<std::int32_t>& positive, const std::vector<double>& costs,
              const std::vector<double>& other_costs, const CArray<double>& sample_weights,
              std::string_view loss, double intercept_scaling, double tol, int max_iter,
              std::uint64_t seed) {
    const imgmine::LinearSvcOptions options{loss_from_name(loss), intercept_scaling, tol, max_iter,
                                            seed};
    const auto fit_rows = is<float>(x)    ? &fit_of<float>
                          : is<double>(x) ? &fit_of<double>
                                          : &fit_of<std::uint8_t>;
    const imgmine::LinearSvcResult result =
        fit_rows(x, classes, positive, costs, other_costs, sample_weights, options);
    auto weights = empty<double>({static_cast<py::ssize_t>(positive.size()), x.shape(1) + 1});
    std::copy(result.weights.begin(), result.weights.end(), weights.mutable_data());
    return py::make_tuple(weights, result.n_iter, result.converged);
}

template <class T>
void decide(const py::array& x, const double* weights, const double* intercepts,
            py::ssize_t n_problems, double* out) {
    const auto samples = rows<T>(x);
    const py::gil_scoped_release nogil;
    imgmine::linear_decision(samples, weights, intercepts, n_problems, out);
}

py::array decision(const py::array& x, const CArray<double>& weights,
                   const CArray<double>& intercepts) {
    auto out = empty<double>({x.shape(0), weights.shape(0)});
    const auto decide_rows = is<float>(x)    ? &decide<float>
                             : is<double>(x) ? &decide<double>
                                             : &decide<std::uint8_t>;
    decide_rows(x, weights.data(), intercepts.data(), weights.shape(0), out.mutable_data());
    return out;
}

}  // namespace

void bind_classify(py::module_ m) {
    m.def("fit_linear_svc", &fit, "x"_a, "classes"_a, "positive"_a, "costs"_a, "other_costs"_a,
          "sample_weights"_a, "loss"_a, "intercept_scaling"_a, "tol"_a, "max_iter"_a, "seed"_a);
    m.def("linear_decision", &decision, "x"_a, "weights"_a, "intercepts"_a);
}
