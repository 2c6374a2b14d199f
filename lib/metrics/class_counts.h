/* What the metrics of a class are made of: weights of rows. */
#ifndef METRICS_CLASS_COUNTS_H
#define METRICS_CLASS_COUNTS_H

#include <stdint.h>

#include <linclass/metrics.h>

typedef struct class_counts {
    double support;   /* of the class */
    double predicted; /* given the class */
    double correct;   /* both */
} class_counts;

/* part / whole; 0 / 0 is 0. */
double share(double part, double whole);

double class_precision(class_counts counts);
double class_recall(class_counts counts);

/* 2 precision recall / (precision + recall), as the quotient of counts it equals: 2 correct /
 * (predicted + support); it needs no case for precision = recall = 0. */
double class_f1(class_counts counts);

/* Averages over the classes: begin with zeros, add each class, end with all members but size. */
typedef struct averages_sums {
    class_counts all;
    double classes; /* that occur or are predicted */
    double precision;
    double recall;
    double f1;
} averages_sums;

void averages_add(averages_sums *sums, class_counts counts);
void averages_end(const averages_sums *sums, linclass_averages *averages);

#endif
