/* The objective over some of the features: one like any other, over a copy of their columns, and the same base
 * scores. */
#include "data/column_panel.h"
#include "objective/linear_objective.h"

linclass_status objective_restricted(objective *base, const int64_t *features, int64_t count,
                                     objective **made)
{
    const linear_objective *self = (const linear_objective *)base;
    column_panel panel;
    linclass_status status = column_panel_begin(&panel, base->ctx, self->sweep.X, features, count);
    if (status == LINCLASS_OK)
        status = column_panel_convert(&panel, base->ctx, REAL_DTYPE);
    panel.view.offset = self->sweep.X->offset;
    panel.view.offset_stride = self->sweep.X->offset_stride;
    const objective_data data = {
        .X = &panel.view,
        .targets = self->sweep.targets,
        .total_weight = self->total_weight,
        .columns = base->columns,
        .loss = self->loss,
        .with_bias = self->with_bias,
    };
    if (status == LINCLASS_OK)
        status = objective_create(base->ctx, &data, made);
    if (status != LINCLASS_OK) {
        column_panel_end(&panel, base->ctx);
        return status;
    }
    linear_objective *restricted = (linear_objective *)*made;
    restricted->panel = panel;
    restricted->sweep.X = &restricted->panel.view;
    (*made)->methods->set_penalties(*made, base->l1, base->l2);
    objective_set_grouped(*made, base->grouped);
    (*made)->methods->set_smoothing(*made, base->mu);
    return LINCLASS_OK;
}
