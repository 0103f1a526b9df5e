#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "imgmine.h"
#include "kernels/level.hpp"

namespace py = pybind11;

void bind_classify(py::module_ m);
void bind_classify_bayes(py::module_ m);
void bind_cluster(py::module_ m);
void bind_cluster_groups(py::module_ m);
void bind_color(py::module_ m);
void bind_compress(py::module_ m);
void bind_container(py::module_ m);
void bind_enhance(py::module_ m);
void bind_features(py::module_ m);
void bind_features_color(py::module_ m);
void bind_features_texture(py::module_ m);
void bind_features_aggregate(py::module_ m);
void bind_features_hash(py::module_ m);
void bind_features_hash_clusters(py::module_ m);
void bind_features_near_duplicates(py::module_ m);
void bind_features_local(py::module_ m);
void bind_features_shape(py::module_ m);
void bind_filters(py::module_ m);
void bind_filters_convolve(py::module_ m);
void bind_filters_denoise(py::module_ m);
void bind_filters_edges(py::module_ m);
void bind_filters_rank(py::module_ m);
void bind_generate(py::module_ m);
void bind_geometry(py::module_ m);
void bind_geometry_warp(py::module_ m);
void bind_metrics(py::module_ m);
void bind_nn(py::module_ m);
void bind_search_hash_index(py::module_ m);
void bind_search(py::module_ m);
void bind_segment(py::module_ m);
void bind_similarity(py::module_ m);
void bind_tables(py::module_ m);
void bind_tables_resample(py::module_ m);

PYBIND11_MODULE(_core, m, py::mod_gil_not_used()) {
    imgmine::cpu_level();  // a wrong IMGMINE_CPU is an error here and not somewhere later
    imgmine::check_environment();
    m.attr("version") = IMGMINE_VERSION;
    m.attr("build") = IMGMINE_BUILD;
    py::register_exception<imgmine::FormatError>(m, "FormatError", PyExc_ValueError)
        .attr("__doc__") = "A file of the library's own, or a catalogue, is damaged or foreign.";

    m.def("cpu_level", &imgmine::cpu_level);
    m.def("cpu_levels", &imgmine::cpu_levels);
    m.def("set_cpu_level", &imgmine::set_cpu_level, py::arg("name"), py::pos_only());
    m.def("num_threads", &imgmine::num_threads);
    m.def("set_num_threads", &imgmine::set_num_threads, py::arg("n"), py::pos_only());
    m.def("local_num_threads", &imgmine::local_num_threads);
    m.def("set_local_num_threads", &imgmine::set_local_num_threads, py::arg("n"), py::pos_only());

    py::module_ classify = m.def_submodule("classify");
    bind_classify(classify);
    bind_classify_bayes(classify);
    py::module_ cluster = m.def_submodule("cluster");
    bind_cluster(cluster);
    bind_cluster_groups(cluster);
    bind_color(m.def_submodule("color"));
    bind_compress(m.def_submodule("compress"));
    bind_container(m.def_submodule("container"));
    bind_enhance(m.def_submodule("enhance"));
    py::module_ features = m.def_submodule("features");
    bind_features(features);
    bind_features_color(features);
    bind_features_texture(features);
    bind_features_aggregate(features);
    bind_features_hash(features);
    bind_features_hash_clusters(features);
    bind_features_near_duplicates(features);
    bind_features_local(features);
    bind_features_shape(features);
    py::module_ filters = m.def_submodule("filters");
    bind_filters(filters);
    bind_filters_convolve(filters);
    bind_filters_denoise(filters);
    bind_filters_edges(filters);
    bind_filters_rank(filters);
    bind_generate(m.def_submodule("generate"));
    py::module_ geometry = m.def_submodule("geometry");
    bind_geometry(geometry);
    bind_geometry_warp(geometry);
    bind_metrics(m.def_submodule("metrics"));
    bind_nn(m.def_submodule("nn"));
    py::module_ search = m.def_submodule("search");
    bind_search(search);
    bind_search_hash_index(search);
    bind_segment(m.def_submodule("segment"));
    bind_similarity(m.def_submodule("similarity"));
    auto tables = m.def_submodule("tables");
    bind_tables(tables);
    bind_tables_resample(tables);
}

// threadpoolctl finds a library's threads by these symbols; naming them here links them in.
[[gnu::used]] static void* const threadpoolctl_symbols[] = {
    reinterpret_cast<void*>(&imgmine_get_num_threads),
    reinterpret_cast<void*>(&imgmine_set_num_threads)};
