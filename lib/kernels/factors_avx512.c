/* AVX-512: 16 floats a register. */
#include "kernels/factors.h"

#include <string.h>

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f")))
#define WIDTH 64
#include "kernels/factors_body.inc"

static const rs_factor_kernel kernel = {"avx512", dot, project, multiply, square};

const rs_factor_kernel *rs_factors_avx512(void)
{
    return __builtin_cpu_supports("avx512f") ? &kernel : NULL;
}
#else
const rs_factor_kernel *rs_factors_avx512(void)
{
    return NULL;
}
#endif
