#include "bindings/sections.hpp"
#include "search/graph_order.hpp"
#include "search/refine_links.hpp"
#include "search/segment_parts.hpp"
#include "search/vector_index.hpp"
#include "similarity/pairwise.hpp"

namespace {

using imgmine::Bits;
using imgmine::IndexState;
using imgmine::Segment;

/// A segment and the arrays that it borrows.
struct SegmentArrays {
    py::list alive;
    Segment view;
};

SegmentArrays make_segment(const py::array& links, const py::array& codes, const py::array& offsets,
                           float scale, const std::optional<py::array>& vectors,
                           const py::array& entries, const py::array& ids) {
    SegmentArrays made;
    const auto part = [&](const py::array& array) {
        if (!(array.flags() & py::array::c_style))
            throw imgmine::FormatError("an index's arrays have gaps");
        made.alive.append(array);
        return section_of(array);
    };
    imgmine::SegmentParts parts{part(links), part(codes), part(offsets), part(entries),
                                part(ids),   scale,       false,         {}};
    if (vectors) parts.has_vectors = true, parts.vectors = part(*vectors);
    made.view = imgmine::segment_of(parts);
    return made;
}

Bits bits_of(const py::object& bits, std::ptrdiff_t n) {
    if (bits.is_none()) return {nullptr, n};
    const auto array = bits.cast<py::array>();
    Bits view{imgmine::checked_data<std::uint8_t>(section_of(array), imgmine::Dtype::u8,
                                                  {(n + 7) / 8}, "bits"),
              0};
    for (std::ptrdiff_t i = 0; i < (n + 7) / 8; ++i)
        view.n_set += __builtin_popcount(view.bytes[i]);
    return view;
}

/// A state of an index and the arrays that it borrows: safe to search while Python makes others.
class Snapshot {
  public:
    Snapshot(std::string_view metric, const py::list& segments, const py::array& tail,
             py::ssize_t n_tail, const py::array& tail_ids, const py::list& live) {
        state_.metric = imgmine::metric_from_name(metric);
        state_.dim = tail.shape(1);
        for (const auto& item : segments) {
            state_.segments.push_back(item.cast<SegmentArrays&>().view);
            if (state_.segments.back().dim != state_.dim)
                throw imgmine::FormatError("an index's segments have vectors of another size");
        }
        state_.tail = rows<float>(tail);
        state_.tail.n_rows = n_tail;
        state_.tail_ids = static_cast<const std::int64_t*>(tail_ids.data());
        live_ = bits_of_parts(live);
        for (const py::object& object :
             {py::object(segments), py::object(tail), py::object(tail_ids), py::object(live)})
            alive_.append(object);
    }

    py::tuple search(const py::array& queries, py::ssize_t k, py::ssize_t ef, bool exact,
                     const py::object& allowed) const {
        const auto bits = bits_of_filter(allowed);
        return found(queries, k, [&](const auto& prepared, const auto& out) {
            imgmine::search_index(state_, prepared, {k, ef, exact}, bits, out);
        });
    }

    py::tuple search_each(const py::array& queries, py::ssize_t k, py::ssize_t ef, bool exact,
                          const py::list& allowed) const {
        std::vector<std::vector<Bits>> bits;
        for (const auto& one : allowed)
            bits.push_back(bits_of_filter(py::reinterpret_borrow<py::object>(one)));
        return found(queries, k, [&](const auto& prepared, const auto& out) {
            imgmine::search_each(state_, prepared, {k, ef, exact}, bits, out);
        });
    }

    py::tuple range_search(const CArray<float>& queries, float radius,
                           const py::object& allowed) const {
        const auto bits = bits_of_filter(allowed);
        const auto view = rows<float>(queries);
        std::vector<std::int64_t> ids, offsets{0};
        std::vector<float> distances;
        {
            const py::gil_scoped_release nogil;
            std::vector<float> scratch;
            const imgmine::Comparison comparison(state_.metric, state_.dim);
            const auto found =
                imgmine::search_radius(state_, comparison.prepare(view, scratch), radius, bits);
            for (const auto& list : found.of_query) {
                for (const auto& [distance, id] : list)
                    distances.push_back(distance), ids.push_back(id);
                offsets.push_back(static_cast<std::int64_t>(ids.size()));
            }
        }
        return py::make_tuple(to_array(ids), to_array(distances), to_array(offsets));
    }

  private:
    /// What search(prepared queries, places) finds for queries (n, dim), or for one: then the count
    /// is a number.
    template <class Search>
    py::tuple found(const py::array& queries, py::ssize_t k, const Search& search) const {
        const bool is_one = queries.ndim() == 1;
        const py::ssize_t n = is_one ? 1 : queries.shape(0), places = std::max<py::ssize_t>(k, 0);
        auto ids = is_one ? empty<std::int64_t>({places}) : empty<std::int64_t>({n, places});
        auto distances = is_one ? empty<float>({places}) : empty<float>({n, places});
        auto counts = is_one ? py::array_t<std::int64_t>() : empty<std::int64_t>({n});
        std::int64_t count = 0;
        const imgmine::Found out{ids.mutable_data(), distances.mutable_data(),
                                 is_one ? &count : counts.mutable_data()};
        const imgmine::RowsView<float> view{static_cast<const float*>(queries.data()), n,
                                            queries.shape(is_one ? 0 : 1),
                                            queries.shape(is_one ? 0 : 1)};
        {
            const py::gil_scoped_release nogil;
            std::vector<float> scratch;
            const imgmine::Comparison comparison(state_.metric, state_.dim);
            search(comparison.prepare(view, scratch), out);
        }
        if (is_one) return py::make_tuple(ids, distances, count);
        return py::make_tuple(ids, distances, counts);
    }

    std::vector<Bits> bits_of_filter(const py::object& allowed) const {
        return allowed.is_none() ? live_ : bits_of_parts(allowed.cast<py::list>());
    }

    std::vector<Bits> bits_of_parts(const py::list& parts) const {
        if (parts.size() != state_.segments.size() + 1)
            throw imgmine::FormatError("an index has bits for another number of parts");
        std::vector<Bits> bits;
        for (std::size_t i = 0; i < state_.segments.size(); ++i)
            bits.push_back(bits_of(parts[i], state_.segments[i].n));
        bits.push_back(bits_of(parts[state_.segments.size()], state_.tail.n_rows));
        return bits;
    }

    py::list alive_;
    IndexState state_;
    std::vector<Bits> live_;
};

/// The vectors of some rows of a segment.
py::array decode_rows(const SegmentArrays& segment, const CArray<std::int64_t>& rows_wanted) {
    const Segment& s = segment.view;
    auto out = empty<float>({rows_wanted.shape(0), s.dim});
    for (py::ssize_t i = 0; i < rows_wanted.shape(0); ++i) {
        const std::int64_t row = rows_wanted.at(i);
        if (row < 0 || row >= s.n) throw py::index_error("no such row");
        s.decode(row, out.mutable_data() + i * s.dim);
    }
    return out;
}

/// Rows as an index keeps them: of length 1 for cosine and Pearson.
py::array prepare(const CArray<float>& vectors, std::string_view metric) {
    std::vector<float> scratch;
    const auto view = rows<float>(vectors);
    const imgmine::Comparison comparison(imgmine::metric_from_name(metric), view.size);
    const auto prepared = comparison.prepare(view, scratch);
    auto out = empty<float>({view.n_rows, view.size});
    std::copy_n(prepared.data, view.n_rows * view.size, out.mutable_data());
    return out;
}

py::tuple order_graph(const CArray<std::int32_t>& links, const std::vector<std::int32_t>& starts) {
    const std::ptrdiff_t n = links.shape(0), degree = links.shape(1);
    auto reordered = empty<std::int32_t>({n, degree});
    std::int32_t* out = reordered.mutable_data();
    std::vector<std::int32_t> order;
    {
        const py::gil_scoped_release nogil;
        order = imgmine::breadth_first_order(links.data(), n, degree, starts);
        imgmine::reorder_links(links.data(), n, degree, order.data(), out);
    }
    return py::make_tuple(to_array(order), reordered);
}

/// What of a segment links are chosen by.
Segment graph_of(const CArray<std::int32_t>& links, const CArray<std::uint8_t>& codes,
                 const CArray<std::int32_t>& entries) {
    Segment graph;
    graph.n = links.shape(0), graph.degree = links.shape(1);
    graph.stride = graph.dim = codes.shape(1);
    constexpr auto block = static_cast<std::ptrdiff_t>(imgmine::code_block);
    if (codes.shape(0) != graph.n || graph.stride % block)
        throw py::value_error("codes must be rows of whole blocks, one for each row of links");
    graph.links = links.data(), graph.codes = codes.data();
    graph.entries = entries.data(), graph.n_entries = entries.shape(0);
    return graph;
}

/// `between` is called now and then; what it raises ends the work.
py::array refine_links(const CArray<std::int32_t>& links, const CArray<std::uint8_t>& codes,
                       const CArray<std::int32_t>& entries, const py::function& between) {
    const Segment graph = graph_of(links, codes, entries);
    auto refined = empty<std::int32_t>({graph.n, graph.degree});
    std::int32_t* out = refined.mutable_data();
    const auto call = [&] {
        const py::gil_scoped_acquire gil;
        between();
    };
    const py::gil_scoped_release nogil;
    imgmine::refine_links(graph, call, out);
    return refined;
}

}  // namespace

void bind_search(py::module_ m) {
    py::class_<SegmentArrays>(m, "Segment")
        .def(py::init(&make_segment), "links"_a, "codes"_a, "offsets"_a, "scale"_a, "vectors"_a,
             "entries"_a, "ids"_a)
        .def("decode", &decode_rows, "rows"_a);
    py::class_<Snapshot>(m, "Snapshot")
        .def(py::init<std::string_view, const py::list&, const py::array&, py::ssize_t,
                      const py::array&, const py::list&>(),
             "metric"_a, "segments"_a, "tail"_a, "n_tail"_a, "tail_ids"_a, "live"_a)
        .def("search", &Snapshot::search, "queries"_a, "k"_a, "ef"_a, "exact"_a, "allowed"_a)
        .def("search_each", &Snapshot::search_each, "queries"_a, "k"_a, "ef"_a, "exact"_a,
             "allowed"_a)
        .def("range_search", &Snapshot::range_search, "queries"_a, "radius"_a, "allowed"_a);
    m.def("prepare", &prepare, "vectors"_a, "metric"_a);
    m.def("refine_links", &refine_links, "links"_a, "codes"_a, "entries"_a, "between"_a);
    m.def("order_graph", &order_graph, "links"_a, "starts"_a);
}
