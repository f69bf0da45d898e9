DROP TABLE kept_counts;
