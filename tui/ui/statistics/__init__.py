"""The statistics page: what was used over a stretch of time, plotted."""
