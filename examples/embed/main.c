/* Describes a picture from C: gray, a 5 x 5 Gaussian, a histogram of 8 bins.
 *
 *     describe picture.ppm
 *
 * prints the same 8 numbers as imgmine.features.Recipe.named("histogram") in Python. */
#include <imgmine.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_SIDE = 16384, BINS = 8 };

/* Reads a binary PPM without comments; data is NULL where that fails. */
static imgmine_image read_ppm(const char* path) {
    imgmine_image image = {NULL, IMGMINE_U8, 0, 0, 3, 0};
    int width, height, largest;
    FILE* file = fopen(path, "rb");
    if (file == NULL) return image;
    if (fscanf(file, "P6 %d %d %d", &width, &height, &largest) == 3 && fgetc(file) != EOF &&
        largest == 255 && 0 < width && width <= MAX_SIDE && 0 < height && height <= MAX_SIDE) {
        const size_t size = (size_t)width * (size_t)height * 3;
        image.width = width;
        image.height = height;
        image.row_stride = (ptrdiff_t)width * 3;
        image.data = malloc(size);
        if (image.data != NULL && fread(image.data, 1, size, file) != size) {
            free(image.data);
            image.data = NULL;
        }
    }
    fclose(file);
    return image;
}

/* A gray image as large as `like`. */
static imgmine_image new_gray(const imgmine_image* like) {
    imgmine_image image = *like;
    image.channels = 1;
    image.row_stride = like->width;
    image.data = malloc((size_t)like->width * (size_t)like->height);
    return image;
}

static imgmine_status describe(const imgmine_image* rgb, const imgmine_image* gray,
                               const imgmine_image* smooth, float* out) {
    imgmine_status status = imgmine_rgb2gray(rgb, gray);
    if (status == IMGMINE_OK)
        status = imgmine_gaussian_blur(gray, smooth, 0, 5, IMGMINE_REFLECT101);
    if (status == IMGMINE_OK)
        status = imgmine_histogram(smooth, BINS, 0, 256, IMGMINE_L2, out, BINS);
    return status;
}

int main(int argc, char** argv) {
    float vector[BINS];
    imgmine_image rgb, gray, smooth;
    imgmine_status status = IMGMINE_OUT_OF_MEMORY;
    if (argc != 2) {
        fprintf(stderr, "usage: %s picture.ppm\n", argv[0]);
        return 2;
    }
    rgb = read_ppm(argv[1]);
    if (rgb.data == NULL) {
        fprintf(stderr, "%s: not a binary PPM of 8 bits\n", argv[1]);
        return 1;
    }
    gray = new_gray(&rgb);
    smooth = new_gray(&rgb);
    if (gray.data != NULL && smooth.data != NULL) {
        status = describe(&rgb, &gray, &smooth, vector);
        if (status != IMGMINE_OK) fprintf(stderr, "imgmine: %s\n", imgmine_last_error());
    }
    free(rgb.data);
    free(gray.data);
    free(smooth.data);
    if (status != IMGMINE_OK) return 1;
    for (int i = 0; i < BINS; ++i) printf("%.9g\n", vector[i]);
    return 0;
}
