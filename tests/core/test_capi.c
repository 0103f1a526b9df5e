/* The C interface, from C. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imgmine.h"

#define CHECK(condition)                                                                \
    do {                                                                                \
        if (!(condition)) {                                                             \
            fprintf(stderr, "%s:%d: failed: %s (%s)\n", __FILE__, __LINE__, #condition, \
                    imgmine_last_error());                                              \
            exit(1);                                                                    \
        }                                                                               \
    } while (0)

int main(void) {
    uint8_t rgb[4 * 6 * 3], gray[4 * 6], blurred[4 * 6], small[2 * 3];
    float counts[8];
    const imgmine_image color = {rgb, IMGMINE_U8, 4, 6, 3, 18};
    const imgmine_image mono = {gray, IMGMINE_U8, 4, 6, 1, 6};
    const imgmine_image soft = {blurred, IMGMINE_U8, 4, 6, 1, 6};
    const imgmine_image half = {small, IMGMINE_U8, 2, 3, 1, 3};
    imgmine_image wrong = mono;
    int i;

    memset(rgb, 200, sizeof rgb);
    CHECK(strchr(imgmine_version(), '.') != NULL);
    CHECK(imgmine_rgb2gray(&color, &mono) == IMGMINE_OK);
    CHECK(gray[0] == 200 && gray[23] == 200);
    CHECK(imgmine_gaussian_blur(&mono, &soft, 0, 5, IMGMINE_REFLECT101) == IMGMINE_OK);
    CHECK(memcmp(gray, blurred, sizeof gray) == 0);
    CHECK(imgmine_resize(&soft, &half, IMGMINE_AREA) == IMGMINE_OK);
    CHECK(small[5] == 200);
    CHECK(imgmine_histogram(&mono, 8, 0, 256, IMGMINE_L2, counts, 8) == IMGMINE_OK);
    for (i = 0; i < 8; ++i) CHECK(counts[i] == (i == 6 ? 1.0f : 0.0f));

    /* Whatever arrives is checked: null, unknown enums, shapes that differ, too little room. */
    CHECK(imgmine_rgb2gray(NULL, &mono) == IMGMINE_INVALID_ARGUMENT);
    CHECK(strstr(imgmine_last_error(), "src") != NULL);
    CHECK(imgmine_rgb2gray(&mono, &mono) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_gaussian_blur(&mono, &half, 0, 5, IMGMINE_WRAP) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_gaussian_blur(&mono, &soft, -1, 0, IMGMINE_WRAP) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_gaussian_blur(&mono, &soft, 0, 0, IMGMINE_WRAP) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_gaussian_blur(&mono, &soft, 1, 0, (imgmine_border)9) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_resize(&mono, &half, (imgmine_resize_method)-1) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_histogram(&mono, 8, 0, 256, IMGMINE_L1, counts, 7) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_histogram(&mono, 8, 0, 256, IMGMINE_L1, NULL, 8) == IMGMINE_INVALID_ARGUMENT);
    wrong.dtype = (imgmine_dtype)7;
    CHECK(imgmine_resize(&wrong, &half, IMGMINE_AREA) == IMGMINE_INVALID_ARGUMENT);
    wrong = mono;
    wrong.row_stride = 5;
    CHECK(imgmine_resize(&wrong, &half, IMGMINE_AREA) == IMGMINE_INVALID_ARGUMENT);
    wrong = mono;
    wrong.data = NULL;
    CHECK(imgmine_resize(&wrong, &half, IMGMINE_AREA) == IMGMINE_INVALID_ARGUMENT);

    CHECK(imgmine_set_num_threads(2) == IMGMINE_OK && imgmine_get_num_threads() == 2);
    CHECK(imgmine_set_num_threads(-1) == IMGMINE_INVALID_ARGUMENT);
    CHECK(imgmine_set_num_threads(0) == IMGMINE_OK);
    return 0;
}
