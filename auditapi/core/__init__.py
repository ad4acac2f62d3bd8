"""What every domain stands on: settings, database, problems, activity, jobs, objects, signing."""
