#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "classify/linear_svc.hpp"
#include "classify/platt.hpp"

namespace {

imgmine::LinearSvcOptions options_from(std::string_view loss, std::string_view solver,
                                       double intercept_scaling, double tol, int max_iter,
                                       std::uint64_t seed) {
    imgmine::LinearSvcOptions options;
    if (loss == "hinge")
        options.loss = imgmine::HingeLoss::hinge;
    else if (loss != "squared_hinge")
        throw std::invalid_argument("loss must be 'hinge' or 'squared_hinge', got '" +
                                    std::string(loss) + "'");
    options.solver = solver == "dual"     ? imgmine::LinearSvcSolver::dual
                     : solver == "primal" ? imgmine::LinearSvcSolver::primal
                                          : imgmine::LinearSvcSolver::automatic;
    options.intercept_scaling = intercept_scaling;
    options.tol = tol;
    options.max_iter = max_iter;
    options.seed = seed;
    return options;
}

template <class T, class Body>
void with_dense(const py::array& x, double constant, const Body& body) {
    const imgmine::DenseRows<T> samples({static_cast<const T*>(x.data()), x.shape(0), x.shape(1),
                                         x.strides(0) / static_cast<std::ptrdiff_t>(sizeof(T))},
                                        constant);
    const py::gil_scoped_release nogil;
    body(samples);
}

template <class T, class Body>
void with_sparse(const py::tuple& x, double constant, const Body& body) {
    const auto values = x[0].cast<CArray<T>>();
    const auto columns = x[1].cast<CArray<std::int32_t>>();
    const auto starts = x[2].cast<CArray<std::int64_t>>();
    const imgmine::SparseRows<T> samples({values.data(), columns.data(), starts.data(),
                                          starts.shape(0) - 1, x[3].cast<std::ptrdiff_t>()},
                                         constant);
    const py::gil_scoped_release nogil;
    body(samples);
}

/// Calls body(rows), Python being free to go on: `x` is an array of one of four types, or the parts
/// (values, columns, starts, n_features) of a sparse one.
template <class Body>
void with_samples(const py::object& x, double constant, const Body& body) {
    if (py::isinstance<py::tuple>(x)) {
        const auto parts = x.cast<py::tuple>();
        const bool single = is<float>(parts[0].cast<py::array>());
        return single ? with_sparse<float>(parts, constant, body)
                      : with_sparse<double>(parts, constant, body);
    }
    const auto array = x.cast<py::array>();
    if (is<float>(array)) return with_dense<float>(array, constant, body);
    if (is<double>(array)) return with_dense<double>(array, constant, body);
    if (is<std::uint8_t>(array)) return with_dense<std::uint8_t>(array, constant, body);
    with_dense<imgmine::Half>(array, constant, body);
}

imgmine::LinearSvcProblems problems_of(const CArray<std::int32_t>& classes,
                                       const std::vector<std::int32_t>& positive,
                                       const std::vector<double>& costs,
                                       const std::vector<double>& other_costs,
                                       const Weights& sample_weights) {
    return {classes.data(), positive, costs, other_costs,
            sample_weights ? sample_weights->data() : nullptr};
}

py::tuple fit(const py::object& x, const CArray<std::int32_t>& classes,
              const std::vector<std::int32_t>& positive, const std::vector<double>& costs,
              const std::vector<double>& other_costs, const Weights& sample_weights,
              CArray<double> weights, std::string_view loss, std::string_view solver,
              double intercept_scaling, double tol, int max_iter, std::uint64_t seed) {
    const auto options = options_from(loss, solver, intercept_scaling, tol, max_iter, seed);
    const auto problems = problems_of(classes, positive, costs, other_costs, sample_weights);
    double* lines = weights.mutable_data();
    std::vector<imgmine::LinearSvcOutcome> outcomes;
    with_samples(x, intercept_scaling, [&](const auto& rows) {
        outcomes = imgmine::fit_linear_svc(rows, problems, options, lines);
    });
    std::vector<int> n_iter;
    std::vector<double> gaps;
    for (const auto& outcome : outcomes) {
        n_iter.push_back(outcome.n_iter);
        gaps.push_back(outcome.gap);
    }
    return py::make_tuple(n_iter, gaps);
}

py::tuple crammer_singer(const py::object& x, const CArray<std::int32_t>& classes,
                         const std::vector<double>& costs, const Weights& sample_weights,
                         CArray<double> weights, std::string_view solver, double intercept_scaling,
                         double tol, int max_iter, std::uint64_t seed) {
    const auto options = options_from("hinge", solver, intercept_scaling, tol, max_iter, seed);
    double* lines = weights.mutable_data();
    const std::int32_t* class_of = classes.data();
    const double* factors = sample_weights ? sample_weights->data() : nullptr;
    imgmine::LinearSvcOutcome outcome;
    with_samples(x, intercept_scaling, [&](const auto& rows) {
        outcome = imgmine::fit_crammer_singer(rows, class_of, costs, factors, options, lines);
    });
    return py::make_tuple(outcome.n_iter, outcome.gap);
}

void learn(const py::object& x, const CArray<std::int32_t>& classes,
           const std::vector<std::int32_t>& positive, const std::vector<double>& costs,
           const std::vector<double>& other_costs, const Weights& sample_weights,
           CArray<double> weights, CArray<double> averages, std::string_view loss, double C,
           double rate, std::int64_t n_before, double intercept_scaling, std::uint64_t seed) {
    const auto options = options_from(loss, "dual", intercept_scaling, 1, 1, seed);
    const auto problems = problems_of(classes, positive, costs, other_costs, sample_weights);
    double *last = weights.mutable_data(), *means = averages.mutable_data();
    with_samples(x, intercept_scaling, [&](const auto& rows) {
        imgmine::learn_more(rows, problems, options, C, rate, n_before, last, means);
    });
}

py::array decision(const py::object& x, const CArray<double>& weights,
                   const CArray<double>& intercepts, bool single) {
    const py::ssize_t n_problems = weights.shape(0);
    const py::ssize_t n = py::isinstance<py::tuple>(x)
                              ? x.cast<py::tuple>()[2].cast<py::array>().shape(0) - 1
                              : x.cast<py::array>().shape(0);
    auto out = empty<double>({n, n_problems});
    const double *lines = weights.data(), *offsets = intercepts.data();
    double* scores = out.mutable_data();
    with_samples(x, 0, [&](const auto& rows) {
        if (single)
            imgmine::linear_decision<float>(rows, lines, offsets, n_problems, scores);
        else
            imgmine::linear_decision<double>(rows, lines, offsets, n_problems, scores);
    });
    return out;
}

py::tuple fit_sigmoid(const CArray<double>& scores, const CArray<bool>& positive) {
    const auto sigmoid = imgmine::fit_sigmoid(scores.data(), positive.data(),
                                              static_cast<std::size_t>(scores.size()));
    return py::make_tuple(sigmoid.a, sigmoid.b);
}

py::array probabilities(const CArray<double>& scores, double a, double b) {
    auto out = empty<double>({scores.shape(0)});
    double* to = out.mutable_data();
    for (py::ssize_t i = 0; i < scores.shape(0); ++i)
        to[i] = imgmine::probability({a, b}, scores.data()[i]);
    return out;
}

}  // namespace

void bind_classify(py::module_ m) {
    m.def("fit_linear_svc", &fit, "x"_a, "classes"_a, "positive"_a, "costs"_a, "other_costs"_a,
          "sample_weights"_a, "weights"_a.noconvert(), "loss"_a, "solver"_a, "intercept_scaling"_a,
          "tol"_a, "max_iter"_a, "seed"_a);
    m.def("fit_crammer_singer", &crammer_singer, "x"_a, "classes"_a, "costs"_a, "sample_weights"_a,
          "weights"_a.noconvert(), "solver"_a, "intercept_scaling"_a, "tol"_a, "max_iter"_a,
          "seed"_a);
    m.def("learn_more", &learn, "x"_a, "classes"_a, "positive"_a, "costs"_a, "other_costs"_a,
          "sample_weights"_a, "weights"_a.noconvert(), "averages"_a.noconvert(), "loss"_a, "C"_a,
          "rate"_a, "n_before"_a, "intercept_scaling"_a, "seed"_a);
    m.def("linear_decision", &decision, "x"_a, "weights"_a, "intercepts"_a, "single"_a);
    m.def("fit_sigmoid", &fit_sigmoid, "scores"_a, "positive"_a);
    m.def("probabilities", &probabilities, "scores"_a, "a"_a, "b"_a);
}
