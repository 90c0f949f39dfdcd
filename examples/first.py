from pydantic import BaseModel

from hatchet import Context, Hatchet

hatchet = Hatchet.from_embedded()


class Name(BaseModel):
    name: str


@hatchet.task()
async def greet(input: Name, ctx: Context) -> str:
    return f"Hello, {input.name}!"


if __name__ == "__main__":
    with hatchet.worker("first", workflows=[greet]):
        print(greet.run(Name(name="Ada")))
