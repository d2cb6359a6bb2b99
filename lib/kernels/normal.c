#include "kernels/normal.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

void rs_normal_add(double *square, const float *v, size_t size)
{
    for (size_t a = 0; a < size; a++) {
        double *row = square + a * size, by = (double)v[a];
        for (size_t b = a; b < size; b++) row[b] += by * (double)v[b];
    }
}

void rs_normal_square(const float *v, size_t rows, size_t size, double *square)
{
    memset(square, 0, size * size * sizeof *square);
    for (size_t i = 0; i < rows; i++) rs_normal_add(square, v + i * size, size);
    for (size_t a = 0; a < size; a++)
        for (size_t b = a + 1; b < size; b++) square[b * size + a] = square[a * size + b];
}

int rs_normal_factor(double *square, size_t size, double least)
{
    for (size_t a = 0; a < size; a++) {
        double *row = square + a * size;
        if (!(row[a] > least)) return 0;
        double root = sqrt(row[a]);
        for (size_t b = a; b < size; b++) row[b] /= root;
        for (size_t c = a + 1; c < size; c++) {
            double *under = square + c * size, by = row[c];
            for (size_t b = c; b < size; b++) under[b] -= by * row[b];
        }
    }
    return 1;
}

void rs_normal_solve(const double *factor, size_t size, double *x)
{
    for (size_t a = 0; a < size; a++) {
        const double *row = factor + a * size;
        double found = x[a] / row[a];
        x[a] = found;
        for (size_t b = a + 1; b < size; b++) x[b] -= row[b] * found;
    }
    for (size_t a = size; a-- > 0;) {
        const double *row = factor + a * size;
        double left = x[a];
        for (size_t b = a + 1; b < size; b++) left -= row[b] * x[b];
        x[a] = left / row[a];
    }
}

double rs_normal_dot(const float *v, const double *x, size_t size)
{
    double sum[LANES] = {0};
    size_t a = 0;
    for (; a + LANES <= size; a += LANES)
        for (size_t l = 0; l < LANES; l++) sum[l] += (double)v[a + l] * x[a + l];
    for (size_t l = 0; a + l < size; l++) sum[l] += (double)v[a + l] * x[a + l];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}
