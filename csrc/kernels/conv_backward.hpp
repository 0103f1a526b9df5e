#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Gradients of outputs: (n, filters), most of them zero behind a ReLU or a pool. `choice`, unless
/// null, says which of a window's four outputs each belongs to, 4 none.
struct ConvGradients {
    const float* values;
    const std::uint8_t* choice;
    std::size_t n, filters;
};

/// From gradients of outputs to those of the image: each output adds a patch of `n_vectors` of 16.
struct ConvScatter {
    const float* gradients;
    const std::uint16_t* filters;  ///< those of each output that are not zero, one after the other
    const std::uint32_t* ends;     ///< the first of each output, and the last one's end
    const std::uint32_t* rows;     ///< where in `gradients` each output's begin
    const std::uint32_t* places;   ///< where in `image` its patch begins
    std::size_t n;
    const float* weights;        ///< (filters, pitch)
    std::size_t pitch;           ///< a multiple of 16
    const std::uint32_t* patch;  ///< where each vector of a patch goes, after its beginning
    std::size_t n_vectors;
    float* image;

    static constexpr std::size_t most_vectors = 9;
};

/// From gradients of outputs to those of weights: each filter's sum of patches of the image.
struct ConvGather {
    const float* gradients;  ///< (n, n_filters)
    std::size_t n_filters;
    const std::uint16_t* outputs;  ///< of each filter those that are not zero: (n_filters, most)
    const std::uint32_t* counts;   ///< how many
    std::size_t most;
    const std::uint32_t* places;                   ///< where in `image` patches begin
    std::size_t place_of_output, place_of_filter;  ///< steps in `places`
    const float* image;
    std::size_t row_pitch, n_runs;
    std::size_t n_vectors;  ///< of 16 values of each run
    float* sums;            ///< (n_filters, n_runs, n_vectors, 16), added to
};

/// The same where a patch is a few values: filter by filter in lanes, nothing left out.
struct ConvCorrelate {
    const float* gradients;      ///< (rows, columns, filters)
    const std::uint8_t* choice;  ///< of windows
    std::size_t rows, columns, filters;
    const float* image;
    std::size_t row_pitch, row_step, step, n_runs, run;
    float* sums;  ///< (n_runs, run, filters), added to
};

/// The same where the sums of all filters do not fit into the first-level cache: gradients come in
/// panels, and each tile of sums sees all outputs before it is stored.
struct ConvPanels {
    const float* gradients;      ///< (panels, n, 32), zeros behind the last filter
    std::size_t n;               ///< outputs
    const std::size_t* places;   ///< by row of outputs: where its values begin in `image`
    const std::size_t* outputs;  ///< by row: its first output
    std::size_t rows, columns, filters;
    const float* image;
    std::size_t step;      ///< from the values under one output to those under the next
    std::size_t n_values;  ///< side by side
    float* sums;           ///< (n_values, filters), added to

    static constexpr std::size_t panel = 32;
};

/// What each loop does is said where it stands, in conv_backward.cpp, conv_lists.cpp and
/// conv_panels.cpp.
struct ConvBackwardKernels {
    void (*scatter)(const ConvScatter& s);
    void (*gather)(const ConvGather& g);
    void (*correlate)(const ConvCorrelate& c);
    void (*correlate_pooled)(const ConvCorrelate& c);
};
IMGMINE_KERNELS(ConvBackwardKernels, conv_backward_kernels)

struct ConvPanelKernels {
    void (*correlate)(const ConvPanels& c);
    void (*to_panels)(const float* values, std::size_t n, std::size_t filters, float* panels);
    std::size_t (*count_gradients)(const float* values, std::size_t n);
};
IMGMINE_KERNELS(ConvPanelKernels, conv_panel_kernels)

struct ConvListKernels {
    void (*by_output)(const ConvGradients& g, std::uint16_t* filters, std::uint32_t* ends);
    void (*by_filter)(const ConvGradients& g, std::uint16_t* outputs, std::size_t most,
                      std::uint32_t* counts);
    void (*place_windows)(const ConvGradients& g, const std::uint32_t* windows,
                          const std::uint32_t* four, std::uint32_t* places);
    void (*unpool)(const ConvGradients& g, float* upper, float* lower);
    void (*add_up)(const ConvGradients& g, float* sums);
    void (*transpose)(const float* from, std::size_t pitch, std::size_t rows, std::size_t columns,
                      float* to, std::size_t to_pitch);
    void (*add_transposed)(const float* from, std::size_t pitch, std::size_t rows,
                           std::size_t columns, float* to, std::size_t to_pitch);
};
IMGMINE_KERNELS(ConvListKernels, conv_list_kernels)

}  // namespace imgmine
