/* Precision, recall, F1 of a class, and their averages. */
#include "metrics/class_counts.h"

double share(double part, double whole)
{
    return whole == 0 ? 0 : part / whole;
}

double class_precision(class_counts counts)
{
    return share(counts.correct, counts.predicted);
}

double class_recall(class_counts counts)
{
    return share(counts.correct, counts.support);
}

double class_f1(class_counts counts)
{
    return share(2 * counts.correct, counts.predicted + counts.support);
}

void averages_add(averages_sums *sums, class_counts counts)
{
    sums->all.support += counts.support;
    sums->all.predicted += counts.predicted;
    sums->all.correct += counts.correct;
    sums->classes += counts.support > 0 || counts.predicted > 0;
    sums->precision += class_precision(counts);
    sums->recall += class_recall(counts);
    sums->f1 += class_f1(counts);
}

void averages_end(const averages_sums *sums, linclass_averages *averages)
{
    averages->accuracy = share(sums->all.correct, sums->all.support);
    averages->error = share(sums->all.support - sums->all.correct, sums->all.support);
    averages->macro_precision = share(sums->precision, sums->classes);
    averages->macro_recall = share(sums->recall, sums->classes);
    averages->macro_f1 = share(sums->f1, sums->classes);
    averages->micro_precision = class_precision(sums->all);
    averages->micro_recall = class_recall(sums->all);
    averages->micro_f1 = class_f1(sums->all);
}
