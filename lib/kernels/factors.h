/* Inner loops of matrix factorisation: rows of 32-bit floats, padded with zeros to a multiple
 * of RS_FACTOR_STEP, so that sums need no rest. Sixteen numbers are added side by side and
 * brought together in one fixed order: every instruction set gives the same bits. */
#ifndef RS_KERNELS_FACTORS_H
#define RS_KERNELS_FACTORS_H

#include <stddef.h>
#include <stdint.h>

enum { RS_FACTOR_STEP = 16, RS_FACTOR_MOST = 512 }; /* most columns */

/* Rows of `table` are `width` floats apart. No arrays overlap. */
typedef struct rs_factor_kernel {
    const char *name;
    float (*dot)(const float *a, const float *b, size_t width);
    /* out += sum over i of (target[i] - v_i'x) v_i, v_i the row index[i]; target NULL: of
     * (v_i'x) v_i. Four rows at a time. */
    void (*project)(const float *table, const uint32_t *index, const float *target,
                    size_t count, size_t width, const float *x, float *out);
    /* out += sum over the first `width` rows of x[i] v_i. */
    void (*multiply)(const float *table, size_t width, const float *x, float *out);
    /* sum[4][RS_FACTOR_STEP] = sum over rows of v[row] * v[column + 0..15], for the rows
     * `row` + 0..3 of V'V. */
    void (*square)(const float *table, size_t rows, size_t width, size_t row, size_t column,
                   float *sum);
} rs_factor_kernel;

/* The one for an instruction set by its name; NULL, or one that has none of its own: the best
 * that the machine has, or "scalar". */
const rs_factor_kernel *rs_factor_kernel_named(const char *name);

/* Kernels by instruction set; NULL where the running processor lacks it. */
const rs_factor_kernel *rs_factors_avx512(void);
const rs_factor_kernel *rs_factors_avx2(void);

#endif
