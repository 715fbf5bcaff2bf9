package dev.evenkeel.examples;

import java.util.concurrent.CompletableFuture;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.http.Body;
import retrofit2.http.GET;
import retrofit2.http.POST;
import retrofit2.http.Path;

/** An interface as Retrofit users write it. Nothing in it knows of backends. */
interface OrdersApi {
    @GET("v1/orders/{id}")
    Call<String> order(@Path("id") int id);

    @POST("v1/orders")
    Call<String> place(@Body String order);

    @GET("v1/orders/{id}")
    CompletableFuture<Response<String>> orderLater(@Path("id") int id);
}
